package io.bascule.qemuharness.trace;

import io.bascule.partitionlayout.ByteCount;
import java.time.Duration;

/** One thing that a disk was told to do. Reads are not kept: they change nothing. */
public sealed interface DiskEvent {

    /** {@return when it came, since the recording began} */
    Duration at();

    /**
     * Bytes at a position, whole sectors.
     *
     * @param position in bytes from the start of the disk
     * @param data never changed by anybody
     * @param durable whether it had to be on the disk, with or without a flush, before it was answered (FUA)
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and a copy of each would double what a trace takes.
    record Write(Duration at, long position, byte[] data, boolean durable) implements DiskEvent {}

    /** Zeros in a range, by a command that carries no data: write zeroes, or a discard that zeroes. */
    record Zeros(Duration at, long position, ByteCount length, boolean durable) implements DiskEvent {}

    /** All that was answered before it has to be on the disk. */
    record Flush(Duration at) implements DiskEvent {}

    /** Something that whoever recorded wanted to be remembered here, such as what the host is about to do. */
    record Mark(Duration at, String text) implements DiskEvent {}
}
