package io.bascule.imagebuilder.output;

import com.github.luben.zstd.Zstd;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.Deflater;

/** qcow2 files, with clusters stored and compressed by zstd. */
class Qcow2FuzzTest extends DiskFormatFuzz {
    @Override
    public String name() {
        return "qcow2";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("zstd", tiny(3, true), "deflate", tiny(3, false), "version-2", tiny(2, false));
    }

    /** {@return a disk of four clusters of 512 bytes: one stored, one compressed, one that reads as zero, one missing} */
    private static byte[] tiny(int version, boolean zstd) {
        var file = ByteBuffer.allocate(5 * 512);
        file.putInt(0, Qcow2Format.MAGIC)
                .putInt(Qcow2Format.VERSION, version)
                .putInt(Qcow2Format.CLUSTER_BITS, 9)
                .putLong(Qcow2Format.SIZE, 2048)
                .putInt(Qcow2Format.L1_SIZE, 1)
                .putLong(Qcow2Format.L1_TABLE, 512)
                .putInt(Qcow2Format.HEADER_LENGTH, Qcow2Format.HEADER_SIZE)
                .putLong(Qcow2Format.INCOMPATIBLE, zstd ? Qcow2Format.COMPRESSION : 0)
                .put(Qcow2Format.COMPRESSION_TYPE, (byte) (zstd ? 1 : 0));
        file.putLong(512, 1024 | Qcow2Format.COPIED);
        file.putLong(1024, 1536 | Qcow2Format.COPIED)
                .putLong(1024 + 8, (2048 + 7) | Qcow2Format.COMPRESSED)
                .putLong(1024 + 16, version == 2 ? 0 : Qcow2Format.READS_AS_ZERO);
        file.put(1536, "stored".getBytes(StandardCharsets.US_ASCII));
        var cluster = "compressed ".repeat(50).substring(0, 512).getBytes(StandardCharsets.US_ASCII);
        if (zstd) {
            file.put(2048 + 7, Zstd.compress(cluster));
        } else {
            try (var deflater = new Deflater(Deflater.BEST_SPEED, true)) {
                deflater.setInput(cluster);
                deflater.finish();
                deflater.deflate(file.array(), 2048 + 7, 400);
            }
        }
        return file.array();
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("QFI\u00fb", "\u0000\u0000\u0000\u0003");
    }

    @Override
    BlockDevice open(BlockDevice file) throws IOException {
        return Qcow2Image.open(file);
    }
}
