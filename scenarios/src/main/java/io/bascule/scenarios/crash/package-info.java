/**
 * What power cuts can leave of a disk, without a machine: the real engine works on a disk that is recorded
 * ({@link io.bascule.scenarios.crash.Recording}), and {@link io.bascule.scenarios.crash.Explorer} makes of the recording each
 * state that the disk may be in when the power comes back, and boots it by the model in {@code bootpath}.
 */
@NullMarked
package io.bascule.scenarios.crash;

import org.jspecify.annotations.NullMarked;
