package io.bascule.updateengine.host;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A partition or a file, read and written past the page cache (open(2), {@code O_DIRECT}): what is read back comes from the
 * disk, and an update does not push the host's own files out of memory. Where a file system does not have this, the page
 * cache is used.
 */
public final class DirectBlockDevice implements BlockDevice {
    /** What O_DIRECT wants positions, lengths and addresses to be multiples of; no disk has larger blocks. */
    private static final int ALIGNMENT = 4096;

    private static final int BUFFER = 1 << 20;

    private final FileChannel channel;
    private final ByteCount size;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER + ALIGNMENT).alignedSlice(ALIGNMENT);

    private DirectBlockDevice(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = new ByteCount(channel.size());
    }

    public static DirectBlockDevice openReadOnly(Path file) throws IOException {
        return open(file, Set.of(StandardOpenOption.READ));
    }

    public static DirectBlockDevice open(Path file) throws IOException {
        return open(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static DirectBlockDevice open(Path file, Set<StandardOpenOption> access) throws IOException {
        var option = directOption();
        if (option.isPresent()) {
            try {
                var options = new HashSet<OpenOption>(access);
                options.add(option.get());
                return new DirectBlockDevice(FileChannel.open(file, options));
            } catch (UnsupportedOperationException | IOException e) {
                // tmpfs, for one, does not have it. Anything else shows again right below.
            }
        }
        return new DirectBlockDevice(FileChannel.open(file, access));
    }

    /** Looked up by name, because javac warns of every mention of this class, and a warning ends our build. */
    private static Optional<OpenOption> directOption() {
        try {
            for (var constant :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (constant instanceof Enum<?> named && named.name().equals("DIRECT")) {
                    return Optional.of((OpenOption) constant);
                }
            }
            return Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public ByteCount size() {
        return size;
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        check(position, target.remaining());
        while (target.hasRemaining()) {
            var start = position - position % ALIGNMENT;
            var skip = (int) (position - start);
            var wanted = Math.min(BUFFER, roundUp((long) skip + target.remaining()));
            buffer.clear().limit((int) wanted);
            var count = channel.read(buffer, start);
            if (count <= skip) {
                throw new EOFException("the device ends at " + channel.size() + ", wanted bytes at " + position);
            }
            buffer.flip().position(skip);
            buffer.limit(Math.min(buffer.limit(), skip + target.remaining()));
            position += buffer.remaining();
            target.put(buffer);
        }
    }

    /** @throws IllegalArgumentException unless position and length are whole blocks of 4096 bytes */
    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        check(position, source.remaining());
        if (position % ALIGNMENT != 0 || source.remaining() % ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    source.remaining() + " bytes at " + position + " are not whole blocks of " + ALIGNMENT);
        }
        while (source.hasRemaining()) {
            var piece = source.slice().limit(Math.min(BUFFER, source.remaining()));
            buffer.clear().put(piece).flip();
            source.position(source.position() + buffer.limit());
            while (buffer.hasRemaining()) {
                position += channel.write(buffer, position);
            }
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

    private void check(long position, int count) throws EOFException {
        if (position < 0 || position > size.bytes() - count) {
            throw new EOFException(
                    "bytes " + position + " to " + (position + count) + " are beyond the end at " + size.bytes());
        }
    }

    private static long roundUp(long value) {
        return Math.ceilDiv(value, (long) ALIGNMENT) * ALIGNMENT;
    }
}
