package io.bascule.payload.bsdiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.ExternalTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patches, made and applied, by us and by Debian's bsdiff. */
class BsdiffTest {
    @TempDir
    private Path folder = Path.of("");

    private static byte[] apply(byte[] patch, byte[] old) throws IOException {
        try (var in = new BsdiffInputStream(patch, new MemoryBlockDevice(old))) {
            var made = in.readAllBytes();
            assertThat(made).hasSize((int) in.size());
            return made;
        }
    }

    /** Something like a program: words of few values, now and then an address. */
    private static byte[] program(int seed, int size) {
        var random = new Random(seed);
        var bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.remaining() >= 8) {
            bytes.putInt(random.nextInt(64) * 0x01010101);
            bytes.putInt(0x4000 + bytes.position() + random.nextInt(16));
        }
        return bytes.array();
    }

    /** As a new compiler run changes it: pieces are replaced, moved, longer and shorter, and addresses behind them move. */
    private static byte[] edited(byte[] old, int seed) {
        var random = new Random(seed);
        var out = new ByteArrayOutputStream();
        for (var at = 0; at < old.length; ) {
            var piece = Math.min(old.length - at, 1 + random.nextInt(8000));
            switch (random.nextInt(6)) {
                case 0 -> out.writeBytes(program(random.nextInt(), 8 * random.nextInt(40)));
                case 1 -> at += Math.min(old.length - at, random.nextInt(300));
                case 2 -> {
                    var from = random.nextInt(old.length);
                    out.write(old, from, Math.min(old.length - from, random.nextInt(3000)));
                }
                default -> {}
            }
            piece = Math.min(piece, old.length - at);
            for (var i = 0; i < piece; i++) {
                out.write(i % 16 == 4 ? old[at + i] + 8 : old[at + i]);
            }
            at += piece;
        }
        return out.toByteArray();
    }

    @Test
    void whatIsMadeOfTheOldIsTheNew() throws Exception {
        for (var seed = 0; seed < 20; seed++) {
            var old = program(seed, 100_000 + seed);
            var changed = edited(old, seed);
            var patch = new BsdiffWriter(old).patch(changed);
            assertThat(apply(patch, old)).as("seed %d", seed).isEqualTo(changed);
            assertThat(patch.length).isLessThan(changed.length / 4);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "'', new",
        "old, ''",
        "same, same",
        "aaaa, aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abcdefghijklmnopqrstuvwxyz, zyxwvutsrqponmlkjihgfedcbaabcdefghijklmnopqrstuvwxyz",
    })
    void evenOfNextToNothing(String old, String changed) throws Exception {
        var before = old.getBytes(StandardCharsets.US_ASCII);
        var after = changed.getBytes(StandardCharsets.US_ASCII);
        assertThat(apply(new BsdiffWriter(before).patch(after), before)).isEqualTo(after);
    }

    @Test
    void onePlaceOfTheOldServesManyPatches() throws Exception {
        var old = program(1, 50_000);
        var writer = new BsdiffWriter(old);
        for (var seed = 0; seed < 3; seed++) {
            assertThat(apply(writer.patch(edited(old, seed)), old)).isEqualTo(edited(old, seed));
        }
    }

    @Test
    void debiansBspatchAppliesOurs() throws Exception {
        var bspatch = ExternalTool.require("bspatch");
        var old = program(3, 300_000);
        var changed = edited(old, 3);
        Files.write(folder.resolve("old"), old);
        Files.write(folder.resolve("patch"), new BsdiffWriter(old).patch(changed));
        bspatch.run(folder, "old", "new", "patch");
        assertThat(folder.resolve("new")).hasBinaryContent(changed);
    }

    @Test
    void weApplyDebiansAndOursAreAsSmall() throws Exception {
        var bsdiff = ExternalTool.require("bsdiff");
        var old = program(4, 300_000);
        var changed = edited(old, 4);
        Files.write(folder.resolve("old"), old);
        Files.write(folder.resolve("new"), changed);
        bsdiff.run(folder, "old", "new", "patch");
        var theirs = Files.readAllBytes(folder.resolve("patch"));
        assertThat(apply(theirs, old)).isEqualTo(changed);
        var ours = new BsdiffWriter(old).patch(changed);
        assertThat(ours.length).isBetween(theirs.length * 9 / 10, theirs.length * 11 / 10);
    }

    /** A patch of any triples; the other streams have what is needed. */
    private static byte[] patch(long newSize, byte[] difference, byte[] extra, long... numbers) throws IOException {
        var control = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var number : numbers) {
            control.putLong(BsdiffFormat.encode(number));
        }
        var streams = new byte[][] {bzip2(control.array()), bzip2(difference), bzip2(extra)};
        var out = ByteBuffer.allocate(
                        BsdiffFormat.HEADER_SIZE + streams[0].length + streams[1].length + streams[2].length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(BsdiffFormat.MAGIC.getBytes(StandardCharsets.US_ASCII))
                .putLong(streams[0].length)
                .putLong(streams[1].length)
                .putLong(BsdiffFormat.encode(newSize));
        for (var stream : streams) {
            out.put(stream);
        }
        return out.array();
    }

    private static byte[] bzip2(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var bzip2 = new BZip2CompressorOutputStream(out, 1)) {
            bzip2.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void whatIsOutsideOfTheOldCountsAsZero() throws Exception {
        var difference = new byte[20];
        Arrays.fill(difference, (byte) 1);
        // Bytes -5 to 15 of ten, then far away.
        var made = apply(
                patch(20, difference, new byte[0], 0, 0, -5, 18, 0, Long.MAX_VALUE / 2, 2, 0, 0),
                new byte[] {10, 20, 30, 40, 50, 60, 70, 80, 90, 100});
        assertThat(made).isEqualTo(new byte[] {1, 1, 1, 1, 1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101, 1, 1, 1, 1, 1});
    }

    private static void refused(byte[] patch, String message) {
        assertThatThrownBy(() -> apply(patch, new byte[100]))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void hostileNumbersAreRefused() throws Exception {
        refused(patch(10, new byte[10], new byte[0], -1, 0, 0), "control stream at offset 0 (0x0): -1 bytes");
        refused(patch(10, new byte[10], new byte[0], 11, 0, 0), "11 bytes, 10 are left");
        refused(patch(10, new byte[10], new byte[10], 5, 6, 0), "6 bytes, 5 are left");
        refused(patch(10, new byte[10], new byte[0], 5, -1, 0), "control stream at offset 8 (0x8): -1 bytes");
        refused(patch(10, new byte[10], new byte[0], 5, 0, 0), "control stream at offset 0 (0x0): it ends too early");
        refused(
                patch(10, new byte[9], new byte[0], 10, 0, 0),
                "difference stream at offset 0 (0x0): it ends too early");
        refused(patch(10, new byte[0], new byte[9], 0, 10, 0), "extra stream at offset 0 (0x0): it ends too early");
        refused(patch(10, new byte[11], new byte[0], 10, 0, 0), "difference stream at offset 0 (0x0): it has more");
        refused(patch(10, new byte[10], new byte[1], 10, 0, 0), "extra stream at offset 0 (0x0): it has more");
        refused(
                patch(10, new byte[10], new byte[0], 10, 0, 0, 0, 0, 0),
                "control stream at offset 0 (0x0): it has more");
        refused(
                patch(10, new byte[10], new byte[0], 1, 0, Long.MAX_VALUE, 1, 0, Long.MAX_VALUE, 8, 0, 0),
                "the place overflows");
        refused(patch(1, new byte[1], new byte[0], new long[300]), "17 triples in a row that make no bytes");
        refused(patch(-1, new byte[0], new byte[0]), "new size at offset 24 (0x18): -1 bytes");
    }

    @Test
    void damagedHeadersAreRefused() throws Exception {
        var good = patch(10, new byte[10], new byte[0], 10, 0, 0);
        assertThat(apply(good, new byte[100])).hasSize(10);
        refused(Arrays.copyOf(good, 31), "header at offset 0 (0x0): 31 bytes");
        var magic = good.clone();
        magic[7] = '1';
        refused(magic, "magic at offset 0");
        var control = good.clone();
        control[8] = (byte) good.length;
        refused(control, "control size at offset 8");
        var difference = good.clone();
        difference[23] = (byte) 0x80;
        refused(difference, "difference size at offset 16");
        var full = patch(12, new byte[10], new byte[2], 10, 2, 0);
        for (var cut = BsdiffFormat.HEADER_SIZE; cut < full.length; cut++) {
            refused(Arrays.copyOf(full, cut), "");
        }
    }

    @Test
    void ofTheOtherContainerBzip2IsRead() throws Exception {
        var patch = patch(10, new byte[10], new byte[0], 10, 0, 0);
        System.arraycopy(new byte[] {'B', 'S', 'D', 'F', '2', 1, 1, 1}, 0, patch, 0, 8);
        assertThat(apply(patch, new byte[100])).hasSize(10);
        patch[6] = 2;
        refused(patch, "compression at offset 6 (0x6): 2; only bzip2 (1) is read");
    }
}
