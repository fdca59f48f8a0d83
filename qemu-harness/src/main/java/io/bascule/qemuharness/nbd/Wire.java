package io.bascule.qemuharness.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/** A connection's bytes. One thread reads; any may send, one message at a time. */
final class Wire {
    private final ByteChannel channel;
    private final ReentrantLock sending = new ReentrantLock();

    Wire(ByteChannel channel) {
        this.channel = channel;
    }

    /**
     * {@return the next bytes, exactly so many}
     *
     * @throws EOFException if the client has gone
     */
    ByteBuffer read(int count) throws IOException {
        var bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("the client has gone");
            }
        }
        return bytes.flip();
    }

    /** Sends all of the buffers, one behind the other. */
    void send(ByteBuffer... message) throws IOException {
        sending.lock();
        try {
            for (var part : message) {
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
        } finally {
            sending.unlock();
        }
    }
}
