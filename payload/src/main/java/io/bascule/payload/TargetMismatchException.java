package io.bascule.payload;

import io.bascule.partitionlayout.ByteCount;

/** A partition of the payload for which there is no device, or too small a one. Nothing was written. */
public final class TargetMismatchException extends PayloadException {
    private final String partition;
    private final ByteCount needed;
    private final ByteCount available;

    TargetMismatchException(String partition, ByteCount needed, ByteCount available) {
        super("partition '" + partition + "' needs " + needed.bytes() + " bytes, its device has " + available.bytes());
        this.partition = partition;
        this.needed = needed;
        this.available = available;
    }

    public String partition() {
        return partition;
    }

    public ByteCount needed() {
        return needed;
    }

    /** {@return the device's size; zero if there is none} */
    public ByteCount available() {
        return available;
    }
}
