package io.bascule.qemuharness;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A folder over HTTP on a free port of the loopback, where guests with {@link Network.User} reach it and nobody else. */
public final class FileServer implements AutoCloseable {
    /** The host, as QEMU's user networking shows it to a guest. */
    private static final String HOST_FOR_GUESTS = "10.0.2.2";

    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    private FileServer(HttpServer server) {
        this.server = server;
        server.setExecutor(workers);
    }

    public static FileServer serve(Path folder) throws IOException {
        return serve(folder, 0);
    }

    /** @param port on the loopback; 0 takes a free one */
    public static FileServer serve(Path folder, int port) throws IOException {
        var server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                folder.toAbsolutePath().normalize(),
                SimpleFileServer.OutputLevel.NONE);
        var started = new FileServer(server);
        server.start();
        return started;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** {@return the URL that leads a guest to {@code path} in the folder} */
    public String urlForGuests(String path) {
        return "http://" + HOST_FOR_GUESTS + ":" + port() + "/" + path;
    }

    @Override
    public void close() {
        server.stop(0);
        workers.close();
    }
}
