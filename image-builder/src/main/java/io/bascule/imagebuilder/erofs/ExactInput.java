package io.bascule.imagebuilder.erofs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Reads a content and holds it to the size it said it has. */
final class ExactInput implements Closeable {
    private final StoredContent content;
    private final InodeTable inodes;
    private final InputStream in;
    private long position;

    ExactInput(StoredContent content, InodeTable inodes) throws IOException {
        this.content = content;
        this.inodes = inodes;
        this.in = content.content().open();
    }

    /**
     * {@return the next {@code length} bytes}
     *
     * @throws IOException if there are fewer, or more than there should be behind the last
     */
    byte[] read(int length) throws IOException {
        var bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw wrongSize("ended after " + position + " bytes");
        }
        checkEnd();
        return bytes;
    }

    void skip(long length) throws IOException {
        in.skipNBytes(length);
        position += length;
        checkEnd();
    }

    private void checkEnd() throws IOException {
        if (position == content.size() && in.read() >= 0) {
            throw wrongSize("went on after that");
        }
    }

    private IOException wrongSize(String problem) {
        return new IOException("the contents of " + inodes.path(content.example()) + " should have " + content.size()
                + " bytes, but " + problem);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
