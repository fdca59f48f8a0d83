package io.bascule.qemuharness.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TraceTest {
    private static final int HEADER = TraceFormat.HEADER_BYTES + TraceFormat.CRC_BYTES;
    private static final int BARE_RECORD = TraceFormat.RECORD_BYTES + TraceFormat.CRC_BYTES;
    private static final DiskEvent[] EVENTS = {
        new DiskEvent.Mark(Duration.ZERO, "the update begins – now"),
        new DiskEvent.Write(Duration.ofNanos(1), 512, sector(0xA5), false),
        new DiskEvent.Write(Duration.ofNanos(2), 1024, new byte[1024], true),
        new DiskEvent.Zeros(Duration.ofSeconds(3), 0, Traces.DISK, true),
        new DiskEvent.Flush(Duration.ofDays(400)),
    };

    @TempDir
    private Path folder = Path.of("");

    @Test
    void givesBackWhatWasRecorded() throws Exception {
        var file = folder.resolve("disk.trace");
        try (var writer = TraceWriter.create(file, Traces.DISK)) {
            for (var event : EVENTS) {
                writer.accept(event);
            }
        }

        try (var reader = TraceReader.open(file)) {
            assertThat(reader.diskSize()).isEqualTo(Traces.DISK);
            for (var event : EVENTS) {
                assertThat(reader.next()).get().usingRecursiveComparison().isEqualTo(event);
            }
            assertThat(reader.next()).isEmpty();
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void writesTheBytesOfItsPage() throws Exception {
        var bytes = Traces.written(new DiskEvent.Zeros(Duration.ofNanos(7), 512, new ByteCount(1024), true));

        // The checksums were computed bit by bit from the polynomial, not by this code.
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("4241534354524300" + "00000001" + "00000200" + "0000000000010000" + "286e65cc"
                        + "02010000" + "00000000" + "0000000000000007" + "0000000000000200" + "0000000000000400"
                        + "cee374ba"
                        + "05000000" + "00000000" + "0000000000000000" + "0000000000000000" + "0000000000000001"
                        + "b3c7264e");
    }

    @Test
    void storesZerosWithoutTheirBytes() throws Exception {
        var bytes = Traces.written(new DiskEvent.Write(Duration.ZERO, 0, new byte[64 << 10], false));

        assertThat(bytes).hasSize(HEADER + 2 * BARE_RECORD);
        assertThat(Traces.read(bytes).getFirst())
                .usingRecursiveComparison()
                .isEqualTo(new DiskEvent.Write(Duration.ZERO, 0, new byte[64 << 10], false));
    }

    @Test
    void readsUpToEveryCut() throws Exception {
        var whole = Traces.written(EVENTS);
        var least = 0;
        for (var length = HEADER; length < whole.length; length++) {
            var events = new ArrayList<DiskEvent>();
            var cut = Arrays.copyOf(whole, length);

            var failure = catchThrowableOfType(MalformedFormatException.class, () -> Traces.read(cut, events));

            assertThat(failure)
                    .as("cut at %d", length)
                    .hasMessageContaining("the trace is cut here, after " + events.size() + " whole events");
            assertThat(failure.byteOffset()).isLessThanOrEqualTo(length);
            assertThat(events).hasSizeGreaterThanOrEqualTo(least);
            least = events.size();
        }
        assertThat(least).isEqualTo(EVENTS.length);
    }

    @Test
    void everyChangedByteIsNoticed() throws Exception {
        var whole = Traces.written(EVENTS);
        for (var at = 0; at < whole.length; at++) {
            var changed = whole.clone();
            changed[at] ^= 0x10;

            assertThatThrownBy(() -> Traces.read(changed))
                    .as("byte %d", at)
                    .isInstanceOf(MalformedFormatException.class);
        }
    }

    static Stream<Arguments> foreign() throws IOException {
        var flush = Traces.written(new DiskEvent.Flush(Duration.ZERO));
        var write = Traces.written(new DiskEvent.Write(Duration.ZERO, 512, sector(1), false));
        var mark = Traces.written(new DiskEvent.Mark(Duration.ZERO, "x"));
        return Stream.of(
                Arguments.of("header.magic", 0, new byte[0]),
                Arguments.of("header.magic", 0, "QFI".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("header", 0, Arrays.copyOf(flush, 20)),
                Arguments.of("header.version", 8, patched(flush, 0, 11, 2)),
                Arguments.of("header.crc", 24, patched(flush, -1, 20, 1)),
                Arguments.of("header.sectorSize", 12, patched(flush, 0, 14, 0x10)),
                Arguments.of("header.diskSize", 16, patched(flush, 0, 23, 1)),
                Arguments.of("record.type", HEADER, patched(flush, HEADER, HEADER, 9)),
                Arguments.of("record.flags", HEADER + 1, patched(flush, HEADER, HEADER + 1, 1)),
                Arguments.of("record.flags", HEADER + 1, patched(write, HEADER, HEADER + 1, 4)),
                Arguments.of("record.reserved", HEADER + 2, patched(flush, HEADER, HEADER + 3, 1)),
                Arguments.of("record.stored", HEADER + 4, patched(flush, -1, HEADER + 4, 0x80)),
                Arguments.of("record.stored", HEADER + 4, patched(write, HEADER, HEADER + 1, 2)),
                Arguments.of("record.time", HEADER + 8, patched(flush, HEADER, HEADER + 8, 0x80)),
                Arguments.of("record.position", HEADER + 16, patched(write, HEADER, HEADER + 23, 1)),
                Arguments.of("record.position", HEADER + 16, patched(write, HEADER, HEADER + 21, 1)),
                Arguments.of("record.length", HEADER + 24, patched(write, HEADER, HEADER + 31, 1)),
                Arguments.of("record.stored", HEADER + 4, patched(write, HEADER, HEADER + 30, 4)),
                Arguments.of("record.data", HEADER + 32, patched(mark, HEADER, HEADER + 32, 0xFF)),
                Arguments.of("record.crc", HEADER + 32, patched(flush, -1, HEADER + 32, 0)),
                Arguments.of(
                        "record.length",
                        HEADER + BARE_RECORD + 24,
                        patched(flush, HEADER + BARE_RECORD, HEADER + BARE_RECORD + 31, 2)),
                Arguments.of("end", flush.length, Arrays.copyOf(flush, flush.length + 1)));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void refusesWhatIsNotATraceOfThisVersion(String field, int offset, byte[] trace) {
        var failure = catchThrowableOfType(MalformedFormatException.class, () -> Traces.read(trace));

        assertThat(failure.field()).isEqualTo(field);
        assertThat(failure.byteOffset()).isEqualTo(offset);
    }

    @Test
    void neverOverwritesAFile() throws Exception {
        var file = Files.writeString(folder.resolve("other"), "precious");

        assertThatThrownBy(() -> TraceWriter.create(file, Traces.DISK).close())
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void takesOnlyWholeSectorsInsideTheDisk() throws Exception {
        try (var writer = new TraceWriter(OutputStream.nullOutputStream(), Traces.DISK)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.accept(new DiskEvent.Write(Duration.ZERO, 512, new byte[100], false)))
                    .withMessage("not whole sectors: 100 bytes at 512");
            assertThatThrownBy(() -> writer.accept(new DiskEvent.Zeros(Duration.ZERO, 512, Traces.DISK, false)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TraceWriter(OutputStream.nullOutputStream(), new ByteCount(513)));
    }

    @Test
    void tellsAtItsEndThatTheFileCouldNotBeWritten() throws Exception {
        var full = new OutputStream() {
            private int room = HEADER + BARE_RECORD;

            @Override
            public void write(int value) throws IOException {
                if (room-- == 0) {
                    throw new IOException("No space left on device");
                }
            }
        };
        var writer = new TraceWriter(full, Traces.DISK);
        for (var i = 0; i < 3; i++) {
            writer.accept(new DiskEvent.Flush(Duration.ZERO));
        }

        assertThatThrownBy(writer::close)
                .isInstanceOf(IOException.class)
                .hasMessage("the trace ends after 1 events: No space left on device");
    }

    private static byte[] sector(int value) {
        var data = new byte[TraceFormat.SECTOR];
        Arrays.fill(data, (byte) value);
        return data;
    }

    /**
     * {@return the trace with another byte at a place, and with the checksum made right of what begins at {@code start}}
     *
     * @param start 0 for the header, or where a record begins; -1 leaves the checksum as it is
     */
    private static byte[] patched(byte[] trace, int start, int at, int value) {
        var changed = trace.clone();
        changed[at] = (byte) value;
        if (start >= 0) {
            var buffer = ByteBuffer.wrap(changed);
            var length = start == 0 ? TraceFormat.HEADER_BYTES : TraceFormat.RECORD_BYTES + buffer.getInt(start + 4);
            var crc = TraceFormat.crc(Arrays.copyOfRange(changed, start, start + length), new byte[0]);
            buffer.putInt(start + length, crc);
        }
        return changed;
    }
}
