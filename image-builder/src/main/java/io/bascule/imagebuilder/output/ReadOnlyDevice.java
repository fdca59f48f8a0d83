package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A disk in a format that is only read here. */
abstract class ReadOnlyDevice implements BlockDevice {
    private static final byte[] ZEROS = new byte[1 << 16];

    /** Takes bytes from within the disk, at least one; {@link #read} has checked that they are. */
    abstract void readSome(long position, ByteBuffer target) throws IOException;

    @Override
    public final void read(long position, ByteBuffer target) throws IOException {
        if (position < 0 || position > size().bytes() - target.remaining()) {
            throw new EOFException("bytes " + position + " to " + (position + target.remaining())
                    + " are beyond the end at " + size().bytes());
        }
        while (target.hasRemaining()) {
            var before = target.position();
            readSome(position, target);
            position += target.position() - before;
        }
    }

    /** {@return {@code count} bytes of {@code target} from its position on, as a buffer of their own; moves the position} */
    static ByteBuffer take(ByteBuffer target, long count) {
        var part = target.slice(target.position(), (int) Math.min(count, target.remaining()));
        target.position(target.position() + part.remaining());
        return part;
    }

    static void zero(ByteBuffer part) {
        while (part.hasRemaining()) {
            part.put(ZEROS, 0, Math.min(ZEROS.length, part.remaining()));
        }
    }

    @Override
    public final void write(long position, ByteBuffer source) throws IOException {
        throw new IOException("disks of this format are only read");
    }

    @Override
    public final void flush() {}
}
