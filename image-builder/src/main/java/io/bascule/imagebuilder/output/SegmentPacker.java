package io.bascule.imagebuilder.output;

import com.github.luben.zstd.ZstdCompressCtx;
import io.bascule.partitionlayout.BlockDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * Compresses a file in segments of 16 MiB, each a zstd frame, xz stream or bzip2 stream of its own, with checksum: the
 * tools read them one behind the other, threads change no byte, and of segments that are all zero one is compressed.
 */
final class SegmentPacker {
    /** No window is larger, so {@code zstd -d} needs no option. */
    private static final int SEGMENT = 16 << 20;

    private static final int DEFAULT_XZ_LEVEL = 6;
    private static final int DEFAULT_BZIP2_LEVEL = 9;

    private final Packing packing;
    private final int level;

    /** @param level 1 to 22 for zstd, 0 to 9 for xz, 1 to 9 for bzip2; absent for 12, 6 and 9 */
    SegmentPacker(Packing packing, OptionalInt level) {
        this.packing = packing;
        this.level = level.orElse(
                switch (packing) {
                    case NONE -> 0;
                    case ZSTD -> OutputOptions.DEFAULT_ZSTD_LEVEL;
                    case XZ -> DEFAULT_XZ_LEVEL;
                    case BZIP2 -> DEFAULT_BZIP2_LEVEL;
                });
    }

    /** Writes {@code source} compressed to {@code target}, an empty file. */
    void write(BlockDevice source, FileChannel target, int threads, OutputProgress progress) throws IOException {
        var size = source.size().bytes();
        var zeros = new byte[SEGMENT];
        var packedZeros = new byte[0];
        try (var work = new OrderedWork<byte[]>(threads, bytes -> writeAll(target, bytes))) {
            for (var at = 0L; at < size; at += SEGMENT) {
                var length = (int) Math.min(SEGMENT, size - at);
                var segment = new byte[0];
                if (source.nextData(at) < at + length) {
                    segment = new byte[length];
                    source.read(at, ByteBuffer.wrap(segment));
                }
                if (Arrays.equals(segment, 0, segment.length, zeros, 0, segment.length)) {
                    if (packedZeros.length == 0 || length < SEGMENT) {
                        packedZeros = compress(Arrays.copyOf(zeros, length));
                    }
                    work.addDone(packedZeros);
                } else {
                    var bytes = segment;
                    work.add(() -> compress(bytes));
                }
                progress.advanced(at + length, size);
            }
            work.finish();
        }
    }

    private static void writeAll(FileChannel target, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            target.write(buffer);
        }
    }

    private byte[] compress(byte[] segment) throws IOException {
        if (packing == Packing.ZSTD) {
            try (var context = new ZstdCompressCtx().setLevel(level).setChecksum(true)) {
                return context.compress(segment);
            }
        }
        var bytes = new ByteArrayOutputStream(segment.length / 2);
        try (var out = packing == Packing.XZ
                // An encoder has some hundred MiB of tables, which the next one takes over.
                ? new XZOutputStream(bytes, new LZMA2Options(level), XZ.CHECK_CRC64, BasicArrayCache.getInstance())
                : new BZip2CompressorOutputStream(bytes, level)) {
            out.write(segment);
        }
        return bytes.toByteArray();
    }
}
