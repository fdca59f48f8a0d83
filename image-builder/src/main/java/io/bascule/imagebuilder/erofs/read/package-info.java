/**
 * Reads EROFS images, ours and those of {@code mkfs.erofs}: {@link io.bascule.imagebuilder.erofs.read.ErofsReader}. Nothing
 * in an image is taken on trust; what is wrong with it is said with field and offset. What the reader does not know it
 * refuses by name.
 *
 * <p>An inode's bytes are a sequence of {@link io.bascule.imagebuilder.erofs.read.ErofsExtent}s, which a cursor finds one
 * after the other ({@code FlatExtents}, {@code ChunkExtents}, {@code CompressedExtents}); {@code ExtentDecoder} gives the
 * bytes of one. Memory is bounded by one extent for each open file.
 */
@NullMarked
package io.bascule.imagebuilder.erofs.read;

import org.jspecify.annotations.NullMarked;
