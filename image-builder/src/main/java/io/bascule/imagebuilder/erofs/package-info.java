/**
 * EROFS, the read-only file system of {@code /usr}: {@link io.bascule.imagebuilder.erofs.ErofsWriter} turns a {@link
 * io.bascule.imagebuilder.tree.FileTree} into an image as {@link io.bascule.imagebuilder.erofs.ErofsOptions} says.
 *
 * <p>The work has three parts that know little of each other. Packing ({@code FilePacker}) compresses contents into a
 * spool, on several threads. Planning ({@code Layout}) says where every inode and block goes; only sizes are looked at.
 * Emitting ({@code ImageEmitter}) writes what was planned. The format is described in {@code docs/formats/erofs.md}.
 */
@NullMarked
package io.bascule.imagebuilder.erofs;

import org.jspecify.annotations.NullMarked;
