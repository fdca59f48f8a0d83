/**
 * Turns a board and a version into a release folder. {@code ImageBuild} is the one entry point;
 * the packages below are its steps, in the order of the bytes: {@code source} (where trees come from), {@code tree} (the
 * inode model), {@code erofs}, {@code verity}, {@code initrd}, {@code uki}.
 */
@NullMarked
package io.bascule.imagebuilder;

import org.jspecify.annotations.NullMarked;
