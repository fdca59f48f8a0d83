/** A new product: a folder with a board, an overlay and keys, from which releases are built at once. */
@NullMarked
package io.bascule.imagebuilder.product;

import org.jspecify.annotations.NullMarked;
