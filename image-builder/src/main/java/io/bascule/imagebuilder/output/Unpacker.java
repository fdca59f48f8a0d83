package io.bascule.imagebuilder.output;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** Reads files that are compressed as a whole, in one stream or in several one behind the other. */
final class Unpacker {
    /** What every level of xz needs, and no more: 65 MiB for level 9. */
    private static final int MAX_XZ_MEMORY_KIB = 100 << 10;

    private static final int BUFFER = 1 << 20;
    private static final int UNIT = 1 << 16;

    private Unpacker() {}

    /** {@return how a file is compressed that begins like this} */
    static Packing recognise(byte[] start) {
        if (begins(start, 0x28, 0xB5, 0x2F, 0xFD)) {
            return Packing.ZSTD;
        }
        if (begins(start, 0xFD, '7', 'z', 'X', 'Z', 0)) {
            return Packing.XZ;
        }
        return begins(start, 'B', 'Z', 'h') ? Packing.BZIP2 : Packing.NONE;
    }

    static boolean begins(byte[] start, int... expected) {
        if (start.length < expected.length) {
            return false;
        }
        for (var i = 0; i < expected.length; i++) {
            if (start[i] != (byte) expected[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Decompresses {@code source} into {@code target}, an empty file, in which zeros become holes.
     *
     * @param progress hears of bytes of {@code source}
     * @throws MalformedFormatException if it is cut off or damaged; the offset is about how far it was read
     */
    static void unpack(BlockDevice source, Packing packing, FileChannel target, OutputProgress progress)
            throws IOException {
        var in = new DeviceInput(source);
        var file = new GrowingFile(target);
        var buffer = new byte[BUFFER];
        var zeros = new byte[UNIT];
        try (var unpacked = new Unpacked(in, packing)) {
            int count;
            do {
                count = unpacked.fill(buffer);
                for (var at = 0; at < count; at += UNIT) {
                    var length = Math.min(UNIT, count - at);
                    if (Arrays.equals(buffer, at, at + length, zeros, 0, length)) {
                        file.reserve(length);
                    } else {
                        file.append(ByteBuffer.wrap(buffer, at, length));
                    }
                }
                progress.advanced(in.position, source.size().bytes());
            } while (count == buffer.length);
        }
        file.finish();
    }

    /** What comes out of a decoder, whose complaints are told apart from those of the file below it. */
    private static final class Unpacked implements Closeable {
        private final DeviceInput source;
        private final Packing packing;
        private @Nullable InputStream in;

        Unpacked(DeviceInput source, Packing packing) {
            this.source = source;
            this.packing = packing;
        }

        int fill(byte[] buffer) throws IOException {
            try {
                if (in == null) {
                    in = open(source, packing);
                }
                return in.readNBytes(buffer, 0, buffer.length);
            } catch (IOException e) {
                if (source.failure != null) {
                    throw e;
                }
                var where = source.position >= source.source.size().bytes()
                        ? "the file is cut off, or damaged near its end"
                        : "the file is damaged, here or a little before";
                var why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                throw (MalformedFormatException) new MalformedFormatException(
                                packing.suffix(), "compressed data", source.position, where + " (" + why + ")")
                        .initCause(e);
            }
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }

    private static InputStream open(InputStream in, Packing packing) throws IOException {
        var buffered = new BufferedInputStream(in, BUFFER);
        return switch (packing) {
            case NONE -> buffered;
            case ZSTD -> new ZstdInputStreamNoFinalizer(buffered, RecyclingBufferPool.INSTANCE);
            case XZ -> new XZInputStream(buffered, MAX_XZ_MEMORY_KIB);
            case BZIP2 -> new BZip2CompressorInputStream(buffered, true);
        };
    }

    /** A device from its start to its end. */
    private static final class DeviceInput extends InputStream {
        private final BlockDevice source;
        private long position;
        private @Nullable IOException failure;

        DeviceInput(BlockDevice source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            var count = (int) Math.min(length, source.size().bytes() - position);
            if (count == 0) {
                return length == 0 ? 0 : -1;
            }
            try {
                source.read(position, ByteBuffer.wrap(target, offset, count));
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            position += count;
            return count;
        }
    }
}
