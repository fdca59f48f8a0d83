package io.bascule.payload;

/** Hears how far applying a payload is. Called from the thread that applies; what it throws ends that. */
@FunctionalInterface
public interface PayloadProgress {
    /** Nobody listens. */
    PayloadProgress NONE = (done, total) -> {};

    /**
     * Blobs were verified and their blocks written; called after each blob.
     *
     * @param done bytes of the payload that were read for it, counted from the first blob
     * @param total bytes of all blobs
     */
    void blocks(long done, long total);

    /**
     * Partitions are being read back; called at least once for each of them.
     *
     * @param done bytes read back, of all partitions together
     * @param total bytes to read back
     */
    default void readingBack(long done, long total) {}
}
