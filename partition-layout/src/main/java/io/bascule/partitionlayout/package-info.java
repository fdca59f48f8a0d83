/**
 * Where bytes sit on a disk. This package holds what every format shares: units ({@link
 * io.bascule.partitionlayout.ByteCount}, {@link io.bascule.partitionlayout.Lba}), the {@link
 * io.bascule.partitionlayout.BlockDevice} that readers and writers are given, and the one exception for malformed
 * input. The formats themselves live in the packages below.
 */
@NullMarked
package io.bascule.partitionlayout;

import org.jspecify.annotations.NullMarked;
