package io.bascule.imagebuilder.erofs.read;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.tukaani.xz.LZMAInputStream;

/** Gives the bytes of an extent of a compressed file. */
record ExtentDecoder(ImageBytes image, ErofsSuperblock superblock) {
    private static final String FORMAT = "EROFS cluster";
    /** The most that dictionaries of LZMA may have, and windows of zstd, as powers of two. */
    private static final int MAX_WINDOW_LOG = 24;

    private static final int LEAST_LZMA_DICTIONARY = 4096;

    /** {@return the bytes of an extent that is compressed, plain or interlaced; at most 12 MiB} */
    byte[] decode(ErofsExtent extent) throws IOException {
        var stored = image.read(
                        extent.address(),
                        Math.toIntExact(extent.storedLength()),
                        FORMAT,
                        "blkaddr",
                        extent.indexOffset())
                .array();
        var target = new byte[Math.toIntExact(extent.length())];
        switch (extent.storage()) {
            case PLAIN -> System.arraycopy(stored, 0, target, 0, target.length);
            case INTERLACED -> interlaced(extent, stored, target);
            case LZ4 -> lz4(extent, stored, target);
            case LZMA -> lzma(extent, stored, target);
            case DEFLATE -> deflate(extent, stored, target);
            case ZSTD -> zstd(extent, stored, target);
            case FLAT, INLINE, HOLE, FRAGMENT ->
                throw new IllegalArgumentException("not in a cluster of its own: " + extent);
        }
        return target;
    }

    /** What comes before a block boundary of the file is at the end of what is stored. */
    private void interlaced(ErofsExtent extent, byte[] stored, byte[] target) throws MalformedFormatException {
        var blockSize = superblock.blockSize();
        var offset = (int) (extent.fileOffset() % blockSize);
        var right = Math.min(blockSize - offset, target.length);
        var from = stored.length > blockSize ? stored.length - (blockSize - offset) : offset;
        if (right > stored.length - from) {
            throw malformed(extent, target.length + " bytes from " + offset + " are not in " + stored.length);
        }
        System.arraycopy(stored, from, target, 0, right);
        System.arraycopy(stored, 0, target, right, target.length - right);
    }

    /** {@return where the compressed bytes begin behind the zeros} */
    private int start(ErofsExtent extent, byte[] stored) throws MalformedFormatException {
        if (!superblock.zeroPadding()) {
            return 0;
        }
        var limit = Math.min(stored.length, superblock.blockSize());
        var at = 0;
        while (at < limit && stored[at] == 0) {
            at++;
        }
        if (at == limit) {
            throw malformed(extent, "there is nothing but zeros in the first block");
        }
        return at;
    }

    private void lz4(ErofsExtent extent, byte[] stored, byte[] target) throws MalformedFormatException {
        var end = Lz4Block.decode(stored, start(extent, stored), target)
                .orElseThrow(() -> malformed(extent, "not an LZ4 block of " + target.length + " bytes"));
        if (superblock.zeroPadding() && !extent.partial() && end != stored.length) {
            throw malformed(extent, "the LZ4 block ends " + (stored.length - end) + " bytes before its cluster");
        }
    }

    private void lzma(ErofsExtent extent, byte[] stored, byte[] target) throws IOException {
        var start = start(extent, stored);
        var properties = (byte) ~stored[start];
        // The first byte of every LZMA stream is zero; MicroLZMA keeps the properties there.
        stored[start] = 0;
        var in = new ByteArrayInputStream(stored, start, stored.length - start);
        // A distance cannot be longer than what came before it, so a dictionary of the extent's size is enough.
        var dictionary = Math.max(target.length, LEAST_LZMA_DICTIONARY);
        var size = extent.partial() ? -1 : target.length;
        try (var lzma = new LZMAInputStream(in, size, properties, dictionary)) {
            var count = lzma.readNBytes(target, 0, target.length);
            if (count < target.length || (!extent.partial() && (lzma.read() >= 0 || in.available() > 0))) {
                throw malformed(extent, "not an LZMA stream of " + target.length + " bytes");
            }
        } catch (MalformedFormatException e) {
            throw e;
        } catch (IOException e) {
            throw (MalformedFormatException)
                    malformed(extent, "not an LZMA stream: " + e).initCause(e);
        }
    }

    private void deflate(ErofsExtent extent, byte[] stored, byte[] target) throws MalformedFormatException {
        var start = start(extent, stored);
        var inflater = new Inflater(true);
        try {
            inflater.setInput(stored, start, stored.length - start);
            var count = 0;
            while (count < target.length) {
                var more = inflater.inflate(target, count, target.length - count);
                if (more == 0) {
                    throw malformed(extent, "the DEFLATE stream gives " + count + " bytes of " + target.length);
                }
                count += more;
            }
        } catch (DataFormatException e) {
            throw (MalformedFormatException)
                    malformed(extent, "not a DEFLATE stream: " + e).initCause(e);
        } finally {
            inflater.end();
        }
    }

    private void zstd(ErofsExtent extent, byte[] stored, byte[] target) throws IOException {
        var start = start(extent, stored);
        var length = stored.length - start;
        try {
            int count;
            if (extent.partial()) {
                var in = new ByteArrayInputStream(stored, start, length);
                try (var zstd = new ZstdInputStreamNoFinalizer(in).setLongMax(MAX_WINDOW_LOG)) {
                    count = zstd.readNBytes(target, 0, target.length);
                }
            } else {
                try (var context = new ZstdDecompressCtx()) {
                    count = context.decompressByteArray(target, 0, target.length, stored, start, length);
                }
            }
            if (count != target.length) {
                throw malformed(extent, "the zstd frame gives " + count + " bytes of " + target.length);
            }
        } catch (ZstdException | ZstdIOException e) {
            throw (MalformedFormatException)
                    malformed(extent, "not a zstd frame: " + e).initCause(e);
        }
    }

    private static MalformedFormatException malformed(ErofsExtent extent, String problem) {
        return new MalformedFormatException(FORMAT, extent.storage().name(), extent.address(), problem);
    }
}
