/**
 * What the next boot of a disk does, by a model of firmware, systemd-boot, kernel image and dm-verity that is independent of
 * the engine: {@link io.bascule.scenarios.bootpath.BootPath}. Judges the disks that a power cut could have left.
 */
@NullMarked
package io.bascule.scenarios.bootpath;

import org.jspecify.annotations.NullMarked;
