package io.bascule.qemuharness.ssh;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Makes sockets on which the server has begun to speak. QEMU accepts a connection for a guest that does not listen yet;
 * waiting for the first byte with a short limit allows for quick tries, and the handshake, slow in a slow guest, can
 * still have a long one.
 */
final class PatientSocketFactory implements SocketFactory {
    private static final Duration FIRST_BYTE_LIMIT = Duration.ofSeconds(3);

    private final Map<Socket, InputStream> inputs = new WeakHashMap<>();
    private final int limitMillis;

    /** @param limit for all that happens here, if it is shorter than what a first byte gets anyway */
    PatientSocketFactory(Duration limit) {
        limitMillis = Math.toIntExact(Math.clamp(limit.toMillis(), 1, FIRST_BYTE_LIMIT.toMillis()));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), limitMillis);
            socket.setSoTimeout(limitMillis);
            var input = new PushbackInputStream(socket.getInputStream());
            var first = input.read();
            if (first < 0) {
                throw new SocketException("the connection is closed at once");
            }
            input.unread(first);
            socket.setSoTimeout(0);
            inputs.put(socket, input);
            return socket;
        } catch (SocketTimeoutException e) {
            socket.close();
            throw new IOException("nobody answers", e);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
        var input = inputs.get(socket);
        return input == null ? socket.getInputStream() : input;
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
        return socket.getOutputStream();
    }
}
