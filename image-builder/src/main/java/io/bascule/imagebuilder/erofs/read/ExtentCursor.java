package io.bascule.imagebuilder.erofs.read;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Gives the extents of one file in their order, without gaps from the first byte to the last. */
interface ExtentCursor {
    /** {@return the next extent; null behind the last} */
    @Nullable
    ErofsExtent next() throws IOException;
}
