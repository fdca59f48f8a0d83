package io.bascule.imagebuilder.erofs.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of one inode, from the first to the last. Holds at most one decoded extent. */
final class ErofsInputStream extends InputStream {
    private static final int PIECE = 1 << 16;

    /** Gives the packed file when it is needed. */
    interface PackedSource {
        PackedFile get() throws IOException;
    }

    private final ExtentCursor cursor;
    private final ExtentReader reader;
    private final PackedSource packed;
    private @Nullable ErofsExtent extent;
    private long done;
    private byte[] buffer = {};
    private int position;
    private int limit;

    ErofsInputStream(ExtentCursor cursor, ExtentReader reader, PackedSource packed) {
        this.cursor = cursor;
        this.reader = reader;
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position == limit && !fill()) {
            return -1;
        }
        var count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        var rest = count;
        while (rest > 0) {
            if (position < limit) {
                var taken = (int) Math.min(rest, limit - position);
                position += taken;
                rest -= taken;
            } else if (!advance()) {
                break;
            } else if (extent != null) {
                // Nothing is decoded that is skipped as a whole.
                var taken = Math.min(rest, extent.length() - done);
                if (taken < extent.length() - done && !piecewise(extent)) {
                    fill();
                } else {
                    done += taken;
                    rest -= taken;
                }
            }
        }
        return count - rest;
    }

    /** {@return whether there is an extent with bytes that were not given yet} */
    private boolean advance() throws IOException {
        if (extent == null || done == extent.length()) {
            extent = cursor.next();
            done = 0;
        }
        return extent != null;
    }

    private static boolean piecewise(ErofsExtent extent) {
        return !extent.storage().compressed();
    }

    private boolean fill() throws IOException {
        if (!advance() || extent == null) {
            return false;
        }
        position = 0;
        if (!piecewise(extent)) {
            buffer = reader.decode(extent);
            limit = buffer.length;
            done = limit;
            return true;
        }
        limit = (int) Math.min(PIECE, extent.length() - done);
        if (buffer.length < limit) {
            buffer = new byte[limit];
        }
        if (extent.storage() == ErofsExtent.Storage.FRAGMENT) {
            packed.get().read(extent, extent.address() + done, buffer, limit);
        } else {
            reader.copy(extent, done, buffer, 0, limit);
        }
        done += limit;
        return true;
    }
}
