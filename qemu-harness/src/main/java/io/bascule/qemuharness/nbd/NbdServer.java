package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves a block device over the NBD protocol on a Unix socket, as the default export, to any number of clients. The device
 * stays its owner's and is not closed.
 *
 * @see <a href="https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md">The NBD protocol</a>
 */
public final class NbdServer implements Closeable {
    /** The smallest limit on the path of a Unix socket, in bytes, without the closing NUL: macOS has 104 with it. */
    private static final int MAX_SOCKET_PATH = 103;

    private static final String SOCKET_NAME = "nbd";
    private static final long ABANDON_MILLIS = 50;

    private final ServerSocketChannel listener;
    private final Path socket;
    private final Optional<Path> folder;
    private final @Nullable Object socketFile;
    private final DiskDevice disk;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private NbdServer(ServerSocketChannel listener, Path socket, Optional<Path> folder, DiskDevice disk)
            throws IOException {
        this.listener = listener;
        this.socket = socket;
        this.folder = folder;
        this.socketFile = fileKey(socket);
        this.disk = disk;
    }

    /** Serves {@code device} on a socket in a new temporary folder with a short name, which goes when the server does. */
    public static NbdServer serve(BlockDevice device) throws IOException {
        var folder = createFolder();
        try {
            return serve(device, folder.resolve(SOCKET_NAME), Optional.of(folder));
        } catch (IOException | RuntimeException e) {
            Files.delete(folder);
            throw e;
        }
    }

    /**
     * Serves {@code device} on a new socket.
     *
     * @throws BindException if there is anything of that name, which is left as it is, or if the name is too long
     * @throws IllegalArgumentException if the device does not have whole sectors of 512 bytes
     */
    public static NbdServer serve(BlockDevice device, Path socket) throws IOException {
        return serve(device, socket.toAbsolutePath(), Optional.empty());
    }

    private static NbdServer serve(BlockDevice device, Path socket, Optional<Path> folder) throws IOException {
        if (device.size().bytes() % Nbd.MIN_BLOCK != 0) {
            throw new IllegalArgumentException("a disk has whole sectors of 512 bytes, not "
                    + device.size().bytes() + " bytes");
        }
        var listener = bind(socket);
        try {
            var server = new NbdServer(listener, socket, folder, PlainDisk.of(device));
            server.threads.execute(server::accept);
            return server;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private static ServerSocketChannel bind(Path socket) throws IOException {
        if (!fits(socket)) {
            throw new BindException("the path of a socket has at most " + MAX_SOCKET_PATH
                    + " bytes, take a shorter one than " + socket);
        }
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            throw new BindException(
                    "cannot serve a disk at " + socket
                            + ": there is a file of that name; take another, or delete it if it is the socket of a server that has gone");
        }
        var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return listener.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            listener.close();
            var failure = new BindException("cannot serve a disk at " + socket + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private static Path createFolder() throws IOException {
        var folder = Files.createTempDirectory("bascule-nbd");
        if (fits(folder.resolve(SOCKET_NAME))) {
            return folder;
        }
        Files.delete(folder);
        return Files.createTempDirectory(Path.of("/tmp"), "bascule-nbd");
    }

    private static boolean fits(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH;
    }

    /** {@return the socket, absolute} */
    public Path socket() {
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                var connection = new Connection(listener.accept(), disk, threads);
                connections.add(connection);
                try {
                    threads.execute(() -> {
                        try {
                            connection.run();
                        } finally {
                            connections.remove(connection);
                        }
                    });
                } catch (RejectedExecutionException e) {
                    connection.drop();
                }
            }
        } catch (IOException e) {
            // The server was closed.
        }
    }

    /**
     * Drops all clients and deletes the socket. Requests that are being carried out are finished first, and those that wait
     * in a stalled disk fail.
     */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            if (socketFile != null && Objects.equals(fileKey(socket), socketFile)) {
                Files.delete(socket);
            }
        } finally {
            end();
        }
        if (folder.isPresent()) {
            Files.deleteIfExists(folder.get());
        }
    }

    private void end() throws IOException {
        var interrupted = false;
        // Not by interrupts: they would close a device that is a file.
        threads.shutdown();
        while (!threads.isTerminated()) {
            for (var connection : connections) {
                connection.drop();
            }
            disk.abandonStalled();
            try {
                var ignored = threads.awaitTermination(ABANDON_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return what tells a file from one that took its name later; null if there is none} */
    private static @Nullable Object fileKey(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
