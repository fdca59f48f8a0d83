package io.bascule.partitionlayout;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;

/** An image file as a block device. New files are sparse: what was never written reads as zero and takes no space. */
public final class FileBlockDevice implements BlockDevice {
    /** In bytes: what was written is remembered in this unit. */
    private static final int UNIT = 1 << 16;

    private final FileChannel channel;
    private final ByteCount size;

    /** The units that may have data, of a file that was made here; of others nobody knows. */
    private final Optional<BitSet> written;

    private FileBlockDevice(FileChannel channel, ByteCount size, Optional<BitSet> written) {
        this.channel = channel;
        this.size = size;
        this.written = written;
    }

    /** Opens an existing file, for reading only. */
    public static FileBlockDevice openReadOnly(Path file) throws IOException {
        return of(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Opens an existing file, for reading and writing. */
    public static FileBlockDevice open(Path file) throws IOException {
        return of(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Makes a new file of {@code size} bytes, all zero.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one of that name
     */
    public static FileBlockDevice create(Path file, ByteCount size) throws IOException {
        var channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        if (size.bytes() > 0) {
            channel.write(ByteBuffer.allocate(1), size.bytes() - 1);
        }
        var units = Math.ceilDiv(size.bytes(), UNIT);
        return new FileBlockDevice(
                channel, size, units < Integer.MAX_VALUE ? Optional.of(new BitSet()) : Optional.empty());
    }

    private static FileBlockDevice of(FileChannel channel) throws IOException {
        return new FileBlockDevice(channel, new ByteCount(channel.size()), Optional.empty());
    }

    @Override
    public ByteCount size() {
        return size;
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            var count = channel.read(target, position);
            if (count < 0) {
                throw new EOFException("the file ends at " + channel.size() + ", wanted bytes at " + position);
            }
            position += count;
        }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        if (position < 0 || position > size.bytes() - source.remaining()) {
            throw new EOFException("cannot write " + source.remaining() + " bytes at " + position
                    + ": the device ends at " + size.bytes());
        }
        if (written.isPresent() && source.hasRemaining()) {
            synchronized (written.get()) {
                written.get().set((int) (position / UNIT), (int) Math.ceilDiv(position + source.remaining(), UNIT));
            }
        }
        while (source.hasRemaining()) {
            position += channel.write(source, position);
        }
    }

    @Override
    public long nextData(long position) {
        if (written.isEmpty()) {
            return position;
        }
        synchronized (written.get()) {
            var unit = written.get().nextSetBit((int) (position / UNIT));
            return unit < 0 ? size.bytes() : Math.min(size.bytes(), Math.max(position, (long) unit * UNIT));
        }
    }

    @Override
    public void flush() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
