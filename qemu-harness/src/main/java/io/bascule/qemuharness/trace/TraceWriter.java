package io.bascule.qemuharness.trace;

import io.bascule.partitionlayout.ByteCount;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of a disk into a trace file, which {@link #close} ends; one that was not closed is recognised as cut
 * by its {@link TraceReader}.
 *
 * <p>If the file cannot be written any more, the disk goes on, later events are lost, and {@link #close} tells why.
 */
public final class TraceWriter implements DiskEvents, Closeable {
    private static final int BUFFER = 1 << 18;
    private static final byte[] NO_DATA = {};

    private final OutputStream out;
    private final long diskSize;
    private long events;
    private boolean closed;
    private @Nullable IOException failure;

    /** @param out closed by {@link #close} */
    TraceWriter(OutputStream out, ByteCount diskSize) throws IOException {
        if (diskSize.bytes() % TraceFormat.SECTOR != 0) {
            throw new IllegalArgumentException("a disk has whole sectors, not " + diskSize.bytes() + " bytes");
        }
        this.out = out;
        this.diskSize = diskSize.bytes();
        var header = ByteBuffer.allocate(TraceFormat.HEADER_BYTES)
                .put(TraceFormat.MAGIC)
                .putInt(TraceFormat.VERSION)
                .putInt(TraceFormat.SECTOR)
                .putLong(diskSize.bytes())
                .array();
        out.write(header);
        writeCrc(header, NO_DATA);
    }

    /**
     * Begins a trace in a new file.
     *
     * @param diskSize whole sectors of 512 bytes
     * @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
     */
    public static TraceWriter create(Path file, ByteCount diskSize) throws IOException {
        return new TraceWriter(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), BUFFER), diskSize);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the event is not of whole sectors inside the disk, or has more than 64 MiB of data
     */
    @Override
    public synchronized void accept(DiskEvent event) {
        if (closed) {
            throw new IllegalStateException("the trace is closed, and there is another event: " + event);
        }
        if (failure != null) {
            return;
        }
        try {
            write(event);
            events++;
        } catch (IOException e) {
            failure = e;
        }
    }

    private void write(DiskEvent event) throws IOException {
        switch (event) {
            case DiskEvent.Write write -> {
                checkRange(write.position(), write.data().length);
                var zero = TraceFormat.isZero(write.data());
                var flags = flags(write.durable()) | (zero ? TraceFormat.FLAG_ZERO_DATA : 0);
                var stored = zero ? NO_DATA : write.data();
                record(TraceFormat.WRITE, flags, event, write.position(), write.data().length, stored);
            }
            case DiskEvent.Zeros zeros -> {
                var length = zeros.length().bytes();
                checkRange(zeros.position(), length);
                record(TraceFormat.ZEROS, flags(zeros.durable()), event, zeros.position(), length, NO_DATA);
            }
            case DiskEvent.Flush flush -> record(TraceFormat.FLUSH, 0, flush, 0, 0, NO_DATA);
            case DiskEvent.Mark mark -> {
                var text = mark.text().getBytes(StandardCharsets.UTF_8);
                record(TraceFormat.MARK, 0, mark, 0, text.length, text);
            }
        }
    }

    private static int flags(boolean durable) {
        return durable ? TraceFormat.FLAG_DURABLE : 0;
    }

    private void record(int type, int flags, DiskEvent event, long position, long length, byte[] data)
            throws IOException {
        record(type, flags, event.at().toNanos(), position, length, data);
    }

    private void record(int type, int flags, long nanos, long position, long length, byte[] data) throws IOException {
        if (data.length > TraceFormat.MAX_DATA) {
            throw new IllegalArgumentException(
                    "an event has at most " + TraceFormat.MAX_DATA + " bytes, not " + data.length);
        }
        var head = ByteBuffer.allocate(TraceFormat.RECORD_BYTES)
                .put((byte) type)
                .put((byte) flags)
                .putShort((short) 0)
                .putInt(data.length)
                .putLong(nanos)
                .putLong(position)
                .putLong(length)
                .array();
        out.write(head);
        out.write(data);
        writeCrc(head, data);
    }

    private void writeCrc(byte[] head, byte[] data) throws IOException {
        out.write(ByteBuffer.allocate(TraceFormat.CRC_BYTES)
                .putInt(TraceFormat.crc(head, data))
                .array());
    }

    private void checkRange(long position, long length) {
        Objects.checkFromIndexSize(position, length, diskSize);
        if (position % TraceFormat.SECTOR != 0 || length % TraceFormat.SECTOR != 0) {
            throw new IllegalArgumentException("not whole sectors: " + length + " bytes at " + position);
        }
    }

    /**
     * Ends the trace.
     *
     * @throws IOException also if an earlier event could not be written: the trace is cut there
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            if (failure != null) {
                throw new IOException("the trace ends after " + events + " events: " + failure.getMessage(), failure);
            }
            record(TraceFormat.END, 0, 0, 0, events, NO_DATA);
        }
    }
}
