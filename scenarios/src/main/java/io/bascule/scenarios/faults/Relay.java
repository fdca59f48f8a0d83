package io.bascule.scenarios.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server on the loopback that is worse than the loopback itself. */
final class Relay implements AutoCloseable {
    private final ServerSocket listening;
    private final int server;
    private final Manner manner;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger resets = new AtomicInteger();

    /** What becomes of the bytes that the server sends. */
    sealed interface Manner {
        /** A connection that has carried so many bytes is reset: both ends get a RST, and what is on the way is lost. */
        record Reset(int afterBytes) implements Manner {}

        /** So many bytes come at once, then none for a while. */
        record Drip(int bytes, long pauseMillis) implements Manner {}
    }

    private Relay(ServerSocket listening, int server, Manner manner) {
        this.listening = listening;
        this.server = server;
        this.manner = manner;
    }

    /** @param server the port that is relayed to */
    static Relay to(int server, Manner manner) throws IOException {
        var relay = new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server, manner);
        Thread.ofVirtual().start(relay::accept);
        return relay;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** {@return how many connections were reset} */
    int resets() {
        return resets.get();
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                var upstream = new Socket(InetAddress.getLoopbackAddress(), server);
                open.addAll(List.of(client, upstream));
                Thread.ofVirtual().start(() -> ask(client, upstream));
                Thread.ofVirtual().start(() -> answer(upstream, client));
            }
        } catch (IOException closed) {
            // The scenario is over.
        }
    }

    private static void ask(Socket client, Socket upstream) {
        try {
            client.getInputStream().transferTo(upstream.getOutputStream());
            upstream.shutdownOutput();
        } catch (IOException gone) {
            // One of the two has hung up; the other thread hears of it, too.
        }
    }

    private void answer(Socket upstream, Socket client) {
        try (upstream;
                client) {
            var buffer = new byte[manner instanceof Manner.Drip drip ? drip.bytes() : 4096];
            var passed = 0L;
            for (var count = read(upstream, buffer); count > 0; count = read(upstream, buffer)) {
                client.getOutputStream().write(buffer, 0, count);
                passed += count;
                switch (manner) {
                    case Manner.Reset reset -> {
                        if (passed >= reset.afterBytes()) {
                            // What makes close() send a RST instead of a FIN.
                            client.setSoLinger(true, 0);
                            upstream.setSoLinger(true, 0);
                            resets.incrementAndGet();
                            return;
                        }
                    }
                    case Manner.Drip drip -> Thread.sleep(drip.pauseMillis());
                }
            }
        } catch (IOException gone) {
            // One of the two has hung up, and now both have.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int read(Socket from, byte[] buffer) throws IOException {
        return from.getInputStream().read(buffer);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
