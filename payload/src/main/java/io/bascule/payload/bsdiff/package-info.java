/** Binary patches in the format of bsdiff: what {@code SOURCE_BSDIFF} operations carry. See docs/formats/bsdiff.md. */
@NullMarked
package io.bascule.payload.bsdiff;

import org.jspecify.annotations.NullMarked;
