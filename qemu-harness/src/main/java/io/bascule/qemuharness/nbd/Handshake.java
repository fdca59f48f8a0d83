package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The fixed newstyle handshake, from the server's side. There is one export, the default one, whose name is empty.
 *
 * <p>A client that does not keep to the protocol ends it with a {@link MalformedFormatException}, whose offsets count from
 * the start of the message.
 */
final class Handshake {
    /** More than any option takes that a client of ours has a reason to send. */
    private static final int MAX_OPTION = 64 << 10;

    private static final int EXPORT_NAME_PADDING = 124;

    private final Wire wire;
    private final long size;

    Handshake(Wire wire, long size) {
        this.wire = wire;
        this.size = size;
    }

    /** {@return whether the client wants the export now; otherwise it is done} */
    boolean run() throws IOException {
        wire.send(ByteBuffer.allocate(18)
                .putLong(Nbd.INIT_MAGIC)
                .putLong(Nbd.OPTION_MAGIC)
                .putShort((short) (Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES))
                .flip());
        var flags = wire.read(Integer.BYTES).getInt();
        if ((flags & ~(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES)) != 0) {
            throw malformed("client flags", "flags", 0, "unknown: " + Integer.toHexString(flags));
        }
        while (true) {
            var head = wire.read(16);
            var magic = head.getLong();
            if (magic != Nbd.OPTION_MAGIC) {
                throw malformed(
                        "option", "magic", 0, String.format(Locale.ROOT, "must be IHAVEOPT, found %016x", magic));
            }
            var option = head.getInt();
            var length = head.getInt();
            if (length < 0 || length > MAX_OPTION) {
                throw malformed("option", "length", 12, "too long: " + Integer.toUnsignedLong(length));
            }
            var data = wire.read(length);
            switch (option) {
                case Nbd.OPT_EXPORT_NAME -> {
                    if (length != 0) {
                        // The protocol has no way to say so.
                        throw malformed("option", "name", 16, "there is no export but the default one");
                    }
                    var padding = (flags & Nbd.FLAG_NO_ZEROES) == 0 ? EXPORT_NAME_PADDING : 0;
                    wire.send(export(ByteBuffer.allocate(10 + padding)).rewind());
                    return true;
                }
                case Nbd.OPT_ABORT -> {
                    reply(option, Nbd.REP_ACK);
                    return false;
                }
                case Nbd.OPT_LIST -> list(data);
                case Nbd.OPT_INFO, Nbd.OPT_GO -> {
                    if (info(option, data) && option == Nbd.OPT_GO) {
                        return true;
                    }
                }
                default -> refuse(option, Nbd.REP_ERR_UNSUP, "this server does not know option " + option);
            }
        }
    }

    private void list(ByteBuffer data) throws IOException {
        if (data.hasRemaining()) {
            refuse(Nbd.OPT_LIST, Nbd.REP_ERR_INVALID, "LIST has no data");
            return;
        }
        reply(Nbd.OPT_LIST, Nbd.REP_SERVER, ByteBuffer.allocate(Integer.BYTES));
        reply(Nbd.OPT_LIST, Nbd.REP_ACK);
    }

    /** {@return whether the answer was not an error} */
    private boolean info(int option, ByteBuffer data) throws IOException {
        var rest = data.remaining() - Integer.BYTES - Short.BYTES;
        var nameLength = rest < 0 ? 0 : Integer.toUnsignedLong(data.getInt());
        if (rest < 0 || nameLength > rest) {
            refuse(option, Nbd.REP_ERR_INVALID, "the name of the export is cut");
            return false;
        }
        data.position(data.position() + (int) nameLength);
        var wanted = Short.toUnsignedInt(data.getShort());
        if (data.remaining() != wanted * Short.BYTES) {
            refuse(option, Nbd.REP_ERR_INVALID, "there must be as many kinds of information as are counted");
            return false;
        }
        if (nameLength != 0) {
            refuse(option, Nbd.REP_ERR_UNKNOWN, "there is no export but the default one, whose name is empty");
            return false;
        }
        // Whether they were asked for or not: a client must take more than it wanted.
        reply(
                option,
                Nbd.REP_INFO,
                export(ByteBuffer.allocate(12).putShort((short) Nbd.INFO_EXPORT))
                        .flip());
        reply(
                option,
                Nbd.REP_INFO,
                ByteBuffer.allocate(14)
                        .putShort((short) Nbd.INFO_BLOCK_SIZE)
                        .putInt(Nbd.MIN_BLOCK)
                        .putInt(Nbd.PREFERRED_BLOCK)
                        .putInt(Nbd.MAX_BLOCK)
                        .flip());
        reply(option, Nbd.REP_ACK);
        return true;
    }

    private ByteBuffer export(ByteBuffer target) {
        return target.putLong(size).putShort((short) Nbd.TRANSMISSION_FLAGS);
    }

    private void refuse(int option, int error, String message) throws IOException {
        reply(option, error, ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)));
    }

    private void reply(int option, int type) throws IOException {
        reply(option, type, ByteBuffer.allocate(0));
    }

    private void reply(int option, int type, ByteBuffer data) throws IOException {
        var head = ByteBuffer.allocate(20)
                .putLong(Nbd.OPTION_REPLY_MAGIC)
                .putInt(option)
                .putInt(type)
                .putInt(data.remaining())
                .flip();
        wire.send(head, data);
    }

    private static MalformedFormatException malformed(String message, String field, long offset, String problem) {
        return new MalformedFormatException("NBD " + message, field, offset, problem);
    }
}
