package io.bascule.qemuharness.trace;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the events of a trace file, one at a time. Of a trace that is cut or damaged somewhere, all events before that
 * place come out first; then a {@link MalformedFormatException} says what is wrong there.
 */
public final class TraceReader implements Closeable {
    private static final byte[] NO_DATA = {};

    private final InputStream in;
    private final ByteCount diskSize;
    private long offset;
    private long events;
    private boolean ended;

    private TraceReader(InputStream in) throws IOException {
        this.in = in;
        this.diskSize = readHeader();
    }

    /**
     * @throws MalformedFormatException if the file is not a trace, or one of another version
     */
    public static TraceReader open(Path file) throws IOException {
        var in = new BufferedInputStream(Files.newInputStream(file), 1 << 18);
        try {
            return new TraceReader(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** As {@link #open}; {@code in} is closed by {@link #close}. */
    static TraceReader of(InputStream in) throws IOException {
        return new TraceReader(in);
    }

    /** {@return how large the disk was, whole sectors of 512 bytes} */
    public ByteCount diskSize() {
        return diskSize;
    }

    /**
     * {@return the next event, or none at the end of the trace}
     *
     * @throws MalformedFormatException if the trace is cut or damaged here
     */
    public Optional<DiskEvent> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        var start = offset;
        var head = in.readNBytes(TraceFormat.RECORD_BYTES);
        if (head.length < TraceFormat.RECORD_BYTES) {
            throw cut(start);
        }
        var stored = ByteBuffer.wrap(head).getInt(4);
        if (stored < 0 || stored > TraceFormat.MAX_DATA) {
            throw malformed(
                    "record.stored",
                    start + 4,
                    "at most " + TraceFormat.MAX_DATA + " bytes are stored, found " + Integer.toUnsignedLong(stored));
        }
        var data = in.readNBytes(stored);
        var crc = in.readNBytes(TraceFormat.CRC_BYTES);
        if (data.length < stored || crc.length < TraceFormat.CRC_BYTES) {
            throw cut(start);
        }
        checkCrc("record.crc", start + TraceFormat.RECORD_BYTES + stored, head, data, crc);
        var event = new Entry(start, ByteBuffer.wrap(head), data).event();
        offset = start + TraceFormat.RECORD_BYTES + stored + TraceFormat.CRC_BYTES;
        if (event.isEmpty()) {
            ended = true;
            if (in.read() >= 0) {
                throw malformed("end", offset, "nothing may stand behind the end of the trace");
            }
        } else {
            events++;
        }
        return event;
    }

    /** Hands out all events that are left, as {@link #next} gives them. */
    public void forEach(DiskEvents events) throws IOException {
        for (var event = next(); event.isPresent(); event = next()) {
            events.accept(event.get());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private ByteCount readHeader() throws IOException {
        var header = in.readNBytes(TraceFormat.HEADER_BYTES);
        var magic = Arrays.copyOf(header, Math.min(header.length, TraceFormat.MAGIC.length));
        if (!Arrays.equals(magic, TraceFormat.MAGIC)) {
            throw malformed("header.magic", 0, "not a trace of a disk, which begins with BASCTRC and a zero byte");
        }
        var fields = ByteBuffer.wrap(header).position(TraceFormat.MAGIC.length);
        if (fields.remaining() >= 4) {
            // Before anything else: another version may have a header of another length.
            var version = fields.getInt();
            if (version != TraceFormat.VERSION) {
                throw malformed(
                        "header.version",
                        8,
                        "this reads version " + TraceFormat.VERSION + ", the trace has "
                                + Integer.toUnsignedLong(version) + "; record it again");
            }
        }
        var crc = in.readNBytes(TraceFormat.CRC_BYTES);
        if (header.length < TraceFormat.HEADER_BYTES || crc.length < TraceFormat.CRC_BYTES) {
            throw malformed("header", 0, "the file ends inside its header");
        }
        checkCrc("header.crc", TraceFormat.HEADER_BYTES, header, NO_DATA, crc);
        var sector = fields.getInt();
        if (sector != TraceFormat.SECTOR) {
            throw malformed(
                    "header.sectorSize", 12, "must be " + TraceFormat.SECTOR + ": " + Integer.toUnsignedLong(sector));
        }
        var size = fields.getLong();
        if (size < 0 || size % TraceFormat.SECTOR != 0) {
            throw malformed("header.diskSize", 16, "must be whole sectors: " + Long.toUnsignedString(size));
        }
        offset = TraceFormat.HEADER_BYTES + TraceFormat.CRC_BYTES;
        return new ByteCount(size);
    }

    private static void checkCrc(String field, long at, byte[] head, byte[] data, byte[] stored)
            throws MalformedFormatException {
        var found = ByteBuffer.wrap(stored).getInt();
        var wanted = TraceFormat.crc(head, data);
        if (found != wanted) {
            throw malformed(field, at, String.format("the bytes before it have CRC-32C %08x, not %08x", wanted, found));
        }
    }

    private MalformedFormatException cut(long start) {
        return malformed(
                "record",
                start,
                "the trace is cut here, after " + events
                        + " whole events: its recording did not end, or the file was not copied whole");
    }

    private static MalformedFormatException malformed(String field, long at, String problem) {
        return new MalformedFormatException(TraceFormat.NAME, field, at, problem);
    }

    /** A record with the right checksum. */
    private final class Entry {
        private final long start;
        private final int type;
        private final int flags;
        private final Duration at;
        private final long position;
        private final long length;
        private final byte[] data;

        Entry(long start, ByteBuffer head, byte[] data) throws MalformedFormatException {
            this.start = start;
            this.type = Byte.toUnsignedInt(head.get(0));
            this.flags = Byte.toUnsignedInt(head.get(1));
            this.at = Duration.ofNanos(notNegative("time", 8, head));
            this.position = notNegative("position", 16, head);
            this.length = notNegative("length", 24, head);
            this.data = data;
            if (head.getShort(2) != 0) {
                throw wrong("reserved", 2, "must be 0");
            }
        }

        /** {@return the event; none if this is the end} */
        Optional<DiskEvent> event() throws MalformedFormatException {
            return switch (type) {
                case TraceFormat.WRITE -> Optional.of(write());
                case TraceFormat.ZEROS -> {
                    checkFlags(TraceFormat.FLAG_DURABLE);
                    checkRange();
                    checkStored(0);
                    yield Optional.of(new DiskEvent.Zeros(at, position, new ByteCount(length), isDurable()));
                }
                case TraceFormat.FLUSH -> {
                    checkFlags(0);
                    checkStored(0);
                    yield Optional.of(new DiskEvent.Flush(at));
                }
                case TraceFormat.MARK -> {
                    checkFlags(0);
                    checkStored(length);
                    yield Optional.of(new DiskEvent.Mark(at, text()));
                }
                case TraceFormat.END -> {
                    if (length != events) {
                        throw wrong("length", 24, "the end counts " + length + " events, there are " + events);
                    }
                    checkStored(0);
                    yield Optional.empty();
                }
                default -> throw wrong("type", 0, "not a type of version 1: " + type);
            };
        }

        private DiskEvent write() throws MalformedFormatException {
            checkFlags(TraceFormat.FLAG_DURABLE | TraceFormat.FLAG_ZERO_DATA);
            checkRange();
            var isZero = (flags & TraceFormat.FLAG_ZERO_DATA) != 0;
            checkStored(isZero ? 0 : length);
            if (length > TraceFormat.MAX_DATA) {
                throw wrong("length", 24, "at most " + TraceFormat.MAX_DATA + " bytes are written at once: " + length);
            }
            return new DiskEvent.Write(at, position, isZero ? new byte[(int) length] : data, isDurable());
        }

        private String text() throws MalformedFormatException {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(data))
                        .toString();
            } catch (CharacterCodingException e) {
                throw wrong("data", TraceFormat.RECORD_BYTES, "the text of a mark is not UTF-8");
            }
        }

        private boolean isDurable() {
            return (flags & TraceFormat.FLAG_DURABLE) != 0;
        }

        private void checkFlags(int allowed) throws MalformedFormatException {
            if ((flags & ~allowed) != 0) {
                throw wrong("flags", 1, "not flags of type " + type + ": " + flags);
            }
        }

        private void checkRange() throws MalformedFormatException {
            if (position % TraceFormat.SECTOR != 0) {
                throw wrong("position", 16, "must be the start of a sector: " + position);
            }
            if (length % TraceFormat.SECTOR != 0) {
                throw wrong("length", 24, "must be whole sectors: " + length);
            }
            if (position > diskSize.bytes() - length) {
                throw wrong(
                        "position",
                        16,
                        length + " bytes at " + position + " are beyond the end of the disk at " + diskSize.bytes());
            }
        }

        private void checkStored(long wanted) throws MalformedFormatException {
            if (data.length != wanted) {
                throw wrong("stored", 4, "must be " + wanted + " for this record: " + data.length);
            }
        }

        private long notNegative(String field, int at, ByteBuffer head) throws MalformedFormatException {
            var value = head.getLong(at);
            if (value < 0) {
                throw wrong(field, at, "too large: " + Long.toUnsignedString(value));
            }
            return value;
        }

        private MalformedFormatException wrong(String field, int at, String problem) {
            return malformed("record." + field, start + at, problem);
        }
    }
}
