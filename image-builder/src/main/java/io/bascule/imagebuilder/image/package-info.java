/**
 * From a tree of packages to the tree of an image: {@link io.bascule.imagebuilder.image.ImageTree} moves the vendor's
 * {@code /etc} into {@code /usr}, writes down what STATE must have, and takes away what an image must not hold.
 */
@NullMarked
package io.bascule.imagebuilder.image;

import org.jspecify.annotations.NullMarked;
