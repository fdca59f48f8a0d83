package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.tree.Content;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * One temporary file that holds the contents of many: they keep no owners, names or times there, so the file system of
 * the machine that builds cannot lose any. The file goes when the spool is closed, and then its contents are gone too.
 */
public final class Spool implements Closeable {
    private static final int COPY_BUFFER = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER);
    private long end;

    private Spool(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Makes an empty spool in {@code directory}, which must exist. */
    public static Spool in(Path directory) throws IOException {
        var file = Files.createTempFile(directory, "spool", ".tmp");
        return new Spool(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Takes {@code size} bytes from {@code in}. One thread at a time.
     *
     * @throws EOFException if {@code in} ends before
     */
    public Content add(InputStream in, long size) throws IOException {
        var start = end;
        for (var left = size; left > 0; ) {
            var count = in.read(buffer.array(), 0, (int) Math.min(left, COPY_BUFFER));
            if (count < 0) {
                throw new EOFException(left + " of " + size + " bytes are missing");
            }
            buffer.clear().limit(count);
            while (buffer.hasRemaining()) {
                end += channel.write(buffer, end);
            }
            left -= count;
        }
        return new Region(channel, start, size);
    }

    /**
     * Takes all that {@code in} gives. One thread at a time.
     *
     * @return what was taken; nothing if there is more than {@code most} bytes
     */
    public Optional<Content> addAll(InputStream in, long most) throws IOException {
        var start = end;
        for (int count; (count = in.read(buffer.array(), 0, COPY_BUFFER)) >= 0; ) {
            if (end - start + count > most) {
                return Optional.empty();
            }
            buffer.clear().limit(count);
            while (buffer.hasRemaining()) {
                end += channel.write(buffer, end);
            }
        }
        return Optional.of(new Region(channel, start, end - start));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }

    private record Region(FileChannel channel, long start, long size) implements Content {
        @Override
        public InputStream open() {
            return new RegionStream(channel, start, size);
        }
    }

    /** Reads by position, so that many streams can share the channel. */
    private static final class RegionStream extends InputStream {
        private final FileChannel channel;
        private long position;
        private long left;

        RegionStream(FileChannel channel, long position, long left) {
            this.channel = channel;
            this.position = position;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            var count = channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(left, length)), position);
            if (count < 0) {
                throw new EOFException("the spool was cut short at " + position);
            }
            position += count;
            left -= count;
            return count;
        }

        @Override
        public int available() {
            return (int) Math.min(left, Integer.MAX_VALUE);
        }
    }
}
