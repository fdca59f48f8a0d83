package io.bascule.updateengine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.ByteCount;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectBlockDeviceTest {
    private static final int SEED = 3;
    private static final int BLOCK = 4096;

    /** More than the buffer, and not whole blocks. */
    private static final int SIZE = (3 << 20) + 777;

    private Path file;
    private byte[] content;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        file = folder.resolve("device");
        content = new byte[SIZE];
        new Random(SEED).nextBytes(content);
        Files.write(file, content);
    }

    @Test
    void readsAnyPart() throws IOException {
        var random = new Random(SEED);
        try (var device = DirectBlockDevice.openReadOnly(file)) {
            assertThat(device.size()).isEqualTo(new ByteCount(SIZE));
            assertThat(read(device, 0, SIZE)).isEqualTo(content);
            assertThat(read(device, SIZE, 0)).isEmpty();
            for (var round = 0; round < 200; round++) {
                var from = random.nextInt(SIZE);
                var length = random.nextInt(random.nextBoolean() ? 100 : SIZE - from) % (SIZE - from + 1);
                assertThat(Arrays.equals(read(device, from, length), 0, length, content, from, from + length))
                        .as(length + " bytes at " + from + ", seed " + SEED)
                        .isTrue();
            }
        }
    }

    @Test
    void writesWholeBlocks() throws IOException {
        var random = new Random(SEED);
        try (var device = DirectBlockDevice.open(file)) {
            for (var round = 0; round < 50; round++) {
                var first = random.nextInt(SIZE / BLOCK);
                var count = 1 + random.nextInt(SIZE / BLOCK - first);
                var blocks = new byte[count * BLOCK];
                random.nextBytes(blocks);
                System.arraycopy(blocks, 0, content, first * BLOCK, blocks.length);
                var source = ByteBuffer.wrap(blocks);
                device.write((long) first * BLOCK, source);
                assertThat(source.hasRemaining()).isFalse();
            }
            device.flush();
            assertThat(read(device, 0, SIZE)).as("through the same device").isEqualTo(content);
        }
        assertThat(Files.readAllBytes(file)).as("by others").isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "4096, 1", "512, 512", "0, 4097"})
    void partsOfBlocksAreNotWritten(long position, int length) throws IOException {
        try (var device = DirectBlockDevice.open(file)) {
            assertThatThrownBy(() -> device.write(position, ByteBuffer.allocate(length)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not whole blocks of 4096");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"-4096, 4096", "3145728, 4096", "4294967296, 4096", "9223372036854775807, 1"})
    void nothingBeyondTheEnd(long position, int length) throws IOException {
        try (var device = DirectBlockDevice.open(file)) {
            assertThatThrownBy(() -> device.read(position, ByteBuffer.allocate(length)))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> device.write(position, ByteBuffer.allocate(length)))
                    .isInstanceOf(EOFException.class);
        }
        assertThat(Files.size(file)).isEqualTo(SIZE);
    }

    @Test
    void readOnlyIsReadOnly() throws IOException {
        try (var device = DirectBlockDevice.openReadOnly(file)) {
            assertThatThrownBy(() -> device.write(0, ByteBuffer.allocate(BLOCK)))
                    .isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void missingFileIsMissing() {
        assertThatThrownBy(() -> DirectBlockDevice.open(file.resolveSibling("none")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private static byte[] read(DirectBlockDevice device, long position, int length) throws IOException {
        var bytes = new byte[length];
        device.read(position, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
