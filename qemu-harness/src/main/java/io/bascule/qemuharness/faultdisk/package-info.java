/**
 * A disk that loses power, breaks and lies on demand, and records what it was told: {@link
 * io.bascule.qemuharness.faultdisk.FaultDisk}.
 */
@NullMarked
package io.bascule.qemuharness.faultdisk;

import org.jspecify.annotations.NullMarked;
