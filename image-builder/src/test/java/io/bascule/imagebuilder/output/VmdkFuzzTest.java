package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.Deflater;

/** VMDK files: monolithicSparse as we write it, streamOptimized as others do. */
class VmdkFuzzTest extends DiskFormatFuzz {
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
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "KDMV", "createType=", "streamOptimized", "monolithicSparse", "parentCID=", "\u001b[31m");
    }

    @Override
    BlockDevice open(BlockDevice file) throws IOException {
        return VmdkImage.open(file);
    }
}
