/** What writer and reader of EROFS share: the numbers of the format. {@code docs/formats/erofs.md} describes it. */
@NullMarked
package io.bascule.imagebuilder.erofs.format;

import org.jspecify.annotations.NullMarked;
