/**
 * The initrd: a cpio of files that are already in the image, so that both always fit together. {@link
 * io.bascule.imagebuilder.initrd.InitrdBuilder} chooses them, {@link io.bascule.imagebuilder.initrd.CpioWriter} writes
 * them.
 */
@NullMarked
package io.bascule.imagebuilder.initrd;

import org.jspecify.annotations.NullMarked;
