package io.bascule.qemuharness.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HexFormat;

/** A client that sends what it is told, in hexadecimal digits, and nothing by itself. Its numbers are not those of the code. */
final class RawClient implements AutoCloseable {
    static final String GREETING = "4e42444d41474943" + "49484156454f5054" + "0003";
    static final String OPTION = "49484156454f5054";
    static final String OPTION_REPLY = "0003e889045565a9";
    static final String REQUEST = "25609513";
    static final String REPLY = "67446698";

    private final SocketChannel channel;

    RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** {@return a client that has taken the default export} */
    static RawClient transmitting(Path socket) throws IOException {
        var client = new RawClient(socket);
        client.expect(GREETING);
        client.send("00000003" + OPTION + "00000001" + "00000000");
        client.receive(10);
        return client;
    }

    void send(String hex) throws IOException {
        send(HexFormat.of().parseHex(hex));
    }

    void send(byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Sends a request without data; the cookie is the same in all. */
    void request(int flags, int type, long offset, long length) throws IOException {
        request(flags, type, 0xC00C1E, offset, length);
    }

    void request(int flags, int type, long cookie, long offset, long length) throws IOException {
        send(String.format(REQUEST + "%04x%04x%016x%016x%08x", flags, type, cookie, offset, length));
    }

    byte[] receive(int count) throws IOException {
        var bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            assertThat(channel.read(bytes)).as("bytes before the end").isGreaterThanOrEqualTo(0);
        }
        return bytes.array();
    }

    void expect(String hex) throws IOException {
        assertThat(HexFormat.of().formatHex(receive(hex.length() / 2))).isEqualTo(hex);
    }

    void expectReply(int error) throws IOException {
        expectReply(error, 0xC00C1E);
    }

    void expectReply(int error, long cookie) throws IOException {
        expect(String.format(REPLY + "%08x%016x", error, cookie));
    }

    /** Wants an option to be refused, with a message. */
    void expectRefusal(int option, int error) throws IOException {
        expect(String.format(OPTION_REPLY + "%08x%08x", option, error));
        var message = receive(ByteBuffer.wrap(receive(4)).getInt());
        assertThat(message).isNotEmpty();
    }

    void expectEnd() throws IOException {
        try {
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        } catch (IOException e) {
            // A server that closes with something unread resets the connection.
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
