/**
 * A board: what a release engineer says about a product in {@code board.yaml} and an overlay folder beside it. {@link
 * io.bascule.imagebuilder.board.BoardReader} is the one way in.
 */
@NullMarked
package io.bascule.imagebuilder.board;

import org.jspecify.annotations.NullMarked;
