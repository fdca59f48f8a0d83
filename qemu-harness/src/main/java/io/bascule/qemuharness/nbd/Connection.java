package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** One client of the server, from its connecting to its end. */
final class Connection {
    /** How many requests may wait in a stalled disk; further ones are not read from the socket. */
    private static final int MAX_WAITING = 64;

    private final SocketChannel channel;
    private final Wire wire;
    private final DiskDevice disk;
    private final Executor threads;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    Connection(SocketChannel channel, DiskDevice disk, Executor threads) {
        this.channel = channel;
        this.wire = new Wire(channel);
        this.disk = disk;
        this.threads = threads;
    }

    /** Serves the client until it, or the server, ends the connection. */
    void run() {
        try (channel) {
            if (new Handshake(wire, disk.size().bytes()).run()) {
                transmission();
            }
            // Requests that still wait are answered before the connection ends.
            waiting.acquireUninterruptibly(MAX_WAITING);
        } catch (IOException e) {
            // The client has gone, or has sent what nobody can answer: either way there is no one to tell.
        }
    }

    private void transmission() throws IOException {
        while (true) {
            var request = Request.parse(wire.read(Request.SIZE));
            if (request.type() == Nbd.CMD_DISC) {
                return;
            }
            var data = ByteBuffer.allocate(0);
            if (request.type() == Nbd.CMD_WRITE) {
                if (request.length() > Nbd.MAX_BLOCK) {
                    throw new MalformedFormatException("NBD request", "length", 24, "too long: " + request.length());
                }
                data = wire.read((int) request.length());
            }
            if (disk.isStalling()) {
                answerLater(request, data);
            } else {
                answer(request, data);
            }
        }
    }

    /** Requests wait in a stalled disk side by side, so that none waits longer than the stall. */
    private void answerLater(Request request, ByteBuffer data) throws IOException {
        waiting.acquireUninterruptibly();
        try {
            threads.execute(() -> {
                try {
                    answer(request, data);
                } catch (IOException e) {
                    // The client has gone, which whoever reads from it notices too.
                } finally {
                    waiting.release();
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IOException("the server was closed", e);
        }
    }

    private void answer(Request request, ByteBuffer data) throws IOException {
        var error = request.check(disk.size().bytes());
        var result = ByteBuffer.allocate(0);
        if (error == Nbd.OK) {
            try {
                result = carryOut(request, data);
            } catch (IOException e) {
                error = Nbd.EIO;
            }
        }
        wire.send(request.reply(error), result);
    }

    /** {@return the data of a read; none for any other request} */
    private ByteBuffer carryOut(Request request, ByteBuffer data) throws IOException {
        var offset = request.offset();
        var length = new ByteCount(request.length());
        switch (request.type()) {
            case Nbd.CMD_READ -> {
                var result = ByteBuffer.allocate((int) request.length());
                disk.read(offset, result);
                return result.flip();
            }
            case Nbd.CMD_WRITE -> disk.write(offset, data, request.isDurable());
            case Nbd.CMD_WRITE_ZEROES -> disk.zero(offset, length, request.isDurable());
            case Nbd.CMD_TRIM -> disk.trim(offset, length, request.isDurable());
            case Nbd.CMD_FLUSH -> disk.flush();
            default -> throw new IllegalStateException("a request that was checked has type " + request.type());
        }
        return data;
    }

    /** Ends the connection from another thread. */
    void drop() throws IOException {
        channel.close();
    }
}
