package io.bascule.imagebuilder.erofs;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A temporary file that holds packed contents until it is known where they go. It is gone when closed. */
final class Spool implements Closeable {
    private final FileChannel channel;
    private long size;

    Spool(Path directory) throws IOException {
        var file = Files.createTempFile(directory, "erofs-", ".spool");
        channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    long size() {
        return size;
    }

    void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            size += channel.write(bytes, size);
        }
    }

    /** Forgets what was appended after the spool had {@code length} bytes. */
    void truncate(long length) throws IOException {
        channel.truncate(length);
        size = length;
    }

    /** Fills {@code target} with the bytes at {@code offset}. */
    void read(long offset, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            var count = channel.read(target, offset);
            if (count < 0) {
                throw new EOFException("the spool ends at " + channel.size() + ", wanted bytes at " + offset);
            }
            offset += count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
