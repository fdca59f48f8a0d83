package io.bascule.imagebuilder.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;

/** VMDK files: monolithicSparse as we write it, streamOptimized as others do. */
class VmdkFuzzTest extends FuzzTests {
    private static final int MOST_READ = 1 << 20;

    @Override
    public String name() {
        return "vmdk";
    }

    @Override
    public Map<String, byte[]> seeds() throws Exception {
        Path folder = Files.createTempDirectory("vmdk");
        try {
            return Map.of(
                    "stream", stream(),
                    "vmdk", SampleDisks.small(OutputFormat.parse("vmdk"), 65_536, folder));
        } finally {
            Files.delete(folder);
        }
    }

    /** {@return a streamOptimized file as others write it: one grain, its tables behind it} */
    private static byte[] stream() {
        var file = ByteBuffer.allocate(16 * VmdkFormat.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, VmdkFormat.MAGIC)
                .putInt(VmdkFormat.VERSION, 3)
                .putInt(VmdkFormat.FLAGS, VmdkFormat.HAS_LINE_ENDS | VmdkFormat.HAS_COMPRESSED_GRAINS | (1 << 17))
                .putLong(VmdkFormat.CAPACITY, 16)
                .putLong(VmdkFormat.GRAIN_SIZE, 8)
                .putLong(VmdkFormat.DESCRIPTOR_OFFSET, 1)
                .putLong(VmdkFormat.DESCRIPTOR_SIZE, 1)
                .putInt(VmdkFormat.ENTRIES_PER_TABLE, 512)
                .put(VmdkFormat.LINE_ENDS, VmdkFormat.WRITTEN_LINE_ENDS)
                .putShort(VmdkFormat.COMPRESSION, (short) VmdkFormat.DEFLATE);
        file.put(512, "createType=\"streamOptimized\"\nparentCID=ffffffff\n".getBytes(StandardCharsets.US_ASCII));
        var header = file.array();
        try (var deflater = new Deflater()) {
            deflater.setInput(new byte[4096]);
            deflater.finish();
            var length = deflater.deflate(header, 2 * 512 + VmdkFormat.GRAIN_MARKER, 500);
            file.putLong(2 * 512, 8).putInt(2 * 512 + 8, length);
        }
        file.putInt(3 * 512 + 4, 2);
        file.putInt(7 * 512, 3);
        file.put(14 * 512, header, 0, 512);
        file.putLong(VmdkFormat.DIRECTORY, VmdkFormat.AT_END);
        file.putLong(14 * 512 + VmdkFormat.DIRECTORY, 7);
        return header;
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "KDMV", "createType=", "streamOptimized", "monolithicSparse", "parentCID=", "\u001b[31m");
    }

    @Override
    public int mutations() {
        return 3000;
    }

    @Override
    public void read(byte[] input) throws IOException {
        var image = VmdkImage.open(new MemoryBlockDevice(input));
        var size = image.size().bytes();
        var buffer = ByteBuffer.allocate(10_000);
        var read = 0;
        for (var at = image.nextData(0); at < size && read < MOST_READ; at = image.nextData(at + buffer.limit())) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            image.read(at, buffer);
            read += buffer.limit();
            if (at + buffer.limit() >= size) {
                break;
            }
        }
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }
}
