package io.bascule.payload.recompress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;
import com.github.luben.zstd.util.ZstdVersion;

/**
 * Makes Zstandard frames whose bytes depend on the content and these parameters alone, whatever the machine: with magic
 * number and content size, without checksum and dictionary.
 *
 * @param level from 1 to 22
 * @param windowLog binary logarithm of the window, from 10 to 27
 */
public record FrameEncoder(int level, int windowLog) {
    /**
     * What stands for the library in blobs: libzstd 1.5.7. Another version may make other bytes, so it needs another
     * number, and payloads made for this one are for hosts that still carry it.
     */
    static final int LIBRARY = 1;

    private static final String LIBRARY_VERSION = "1.5.7-";

    private static final int MAX_LEVEL = 22;
    private static final int MIN_WINDOW_LOG = 10;
    private static final int MAX_WINDOW_LOG = 27;

    /** @throws IllegalArgumentException if a parameter is out of its range */
    public FrameEncoder {
        if (level < 1 || level > MAX_LEVEL || windowLog < MIN_WINDOW_LOG || windowLog > MAX_WINDOW_LOG) {
            throw new IllegalArgumentException("zstd level " + level + " with a window of 2^" + windowLog);
        }
    }

    /** {@return whether frames of that library can be made here} */
    static boolean isCarried(int library) {
        return library == LIBRARY && ZstdVersion.VERSION.startsWith(LIBRARY_VERSION) && Loaded.IS;
    }

    /** Whether this machine has the native library. */
    private static final class Loaded {
        private static final boolean IS = load();

        private static boolean load() {
            try {
                Native.load();
                return true;
            } catch (LinkageError e) {
                return false;
            }
        }
    }

    /** {@return an upper bound for what {@link #encode} writes for so many bytes} */
    public static int bound(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    /**
     * Compresses; may be called from several threads at once.
     *
     * @param target has room for {@link #bound} bytes
     * @return how many bytes were written to the start of {@code target}
     */
    public int encode(byte[] source, int offset, int length, byte[] target) {
        // A context that is used again carries its history (tables, hash salts) along; a new one for each frame makes
        // the
        // bytes independent of what the thread did before. It costs a few percent of the time.
        try (var context = new ZstdCompressCtx()) {
            context.setLevel(level).setContentSize(true).setChecksum(false).setDictID(false);
            context.setWindowLog(windowLog);
            return context.compressByteArray(target, 0, target.length, source, offset, length);
        }
    }
}
