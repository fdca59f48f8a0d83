package io.bascule.imagebuilder.erofs;

/** Hears how far {@link ErofsWriter} is. Called by the thread that called the writer, never after it returned. */
@FunctionalInterface
public interface ErofsProgress {
    /** For callers who do not want to know. */
    ErofsProgress NONE = (done, total) -> {};

    /**
     * @param done bytes of file contents worked through; grows from call to call and ends at {@code total}
     * @param total bytes of all contents, identical files counted once; the same in every call
     */
    void advanced(long done, long total);
}
