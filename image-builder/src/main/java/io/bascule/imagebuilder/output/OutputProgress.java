package io.bascule.imagebuilder.output;

/** Hears how far reading or writing a disk is. Called by the thread that called. */
@FunctionalInterface
public interface OutputProgress {
    /** For callers who do not want to know. */
    OutputProgress NONE = (done, total) -> {};

    /**
     * @param done bytes of the disk worked through, holes included; grows from call to call and ends at {@code total}
     * @param total size of the disk in bytes
     */
    void advanced(long done, long total);
}
