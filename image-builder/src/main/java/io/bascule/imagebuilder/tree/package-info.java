/**
 * A file tree as it will be inside an image: {@link io.bascule.imagebuilder.tree.FileTree} of {@link
 * io.bascule.imagebuilder.tree.Inode}s. It never touches the file system of the machine that builds, because that could
 * not hold its owners, devices, extended attributes and names; contents are spooled.
 */
@NullMarked
package io.bascule.imagebuilder.tree;

import org.jspecify.annotations.NullMarked;
