/** Patches between what compressed pieces of two contents hold, and the pieces made again (docs/formats/recompress.md). */
@NullMarked
package io.bascule.payload.recompress;

import org.jspecify.annotations.NullMarked;
