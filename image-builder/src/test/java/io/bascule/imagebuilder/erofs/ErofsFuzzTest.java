package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsTree;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** Images of ours, and in the corpus images of mkfs.erofs with blocks of 512 bytes in all layouts. */
class ErofsFuzzTest extends FuzzTests {
    /** So much of a file is read, and so many files: an extent may give 12 MiB and have its right to. */
    private static final int MOST_BYTES = 1 << 16;

    private static final int MOST_FILES = 8;

    @Override
    public String name() {
        return "erofs";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return Map.of("none", image(new Compression.None()), "zstd", image(Compression.DEFAULT));
    }

    private static byte[] image(Compression compression) throws IOException {
        var tree = FileTree.empty();
        tree.putFile("d/text", 0644, "0123456789".repeat(900));
        tree.put("small", SampleTrees.file(new byte[] {1}, Map.of("user.a", new byte[] {1})));
        tree.put("same", SampleTrees.file(new byte[] {2}, Map.of("user.a", new byte[] {1})));
        tree.putLink("link", "d/text");
        var directory = Files.createTempDirectory("erofs-fuzz");
        var file = directory.resolve("image");
        try {
            var options = new ErofsOptions(new UUID(1, 2), "fuzz", Instant.EPOCH, compression, 1);
            ErofsWriter.write(tree, options, directory, file, ErofsProgress.NONE);
            return Files.readAllBytes(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "\u00e2\u00e1\u00f5\u00e0",
                "\u00ff\u00ff\u00ff\u00ff",
                "..",
                "/",
                "\u001b[31m",
                "\u0002\u0000",
                "\u0001\u0008");
    }

    @Override
    public long allocationLimit(int inputSize) {
        return 512L << 20;
    }

    @Override
    public int mutations() {
        return 3000;
    }

    @Override
    public void read(byte[] input) throws IOException {
        var reader = ErofsReader.open(new MemoryBlockDevice(input));
        ErofsTree.read(reader);
        var files = new AtomicInteger();
        ErofsWalk.below(reader, reader.root(), (path, inode) -> {
            var end = 0L;
            if (inode.type() == ErofsFileType.REGULAR && files.getAndIncrement() < MOST_FILES) {
                for (var extent : reader.extents(inode)) {
                    assertThat(extent.fileOffset()).isEqualTo(end);
                    end = extent.end();
                }
                assertThat(end).isEqualTo(inode.size());
                try (var in = reader.open(inode)) {
                    assertThat(in.readNBytes(MOST_BYTES)).hasSize((int) Math.min(MOST_BYTES, inode.size()));
                }
                try (var in = reader.open(inode)) {
                    assertThat(in.skip(MOST_BYTES)).isEqualTo(Math.min(MOST_BYTES, inode.size()));
                }
            }
            return true;
        });
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }

    @Override
    public byte[] mend(byte[] input) {
        mendChecksum(input);
        return input;
    }

    /** Makes the checksum of an image right, if there is a superblock that has one. */
    static void mendChecksum(byte[] image) {
        var at = ErofsFormat.SUPERBLOCK_OFFSET;
        if (image.length < at + ErofsFormat.SUPERBLOCK_SIZE) {
            return;
        }
        var bits = image[at + ErofsFormat.SB_BLOCK_BITS];
        if (bits < 9 || bits > 16) {
            return;
        }
        var length = bits > 10 ? (1 << bits) - at : 1 << bits;
        if (image.length < at + length) {
            return;
        }
        var bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(at + ErofsFormat.SB_CHECKSUM, 0);
        var crc = new CRC32C();
        crc.update(image, at, length);
        bytes.putInt(at + ErofsFormat.SB_CHECKSUM, ~(int) crc.getValue());
    }
}
