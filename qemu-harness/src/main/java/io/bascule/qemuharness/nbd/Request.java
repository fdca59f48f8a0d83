package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * What a client asks for in the transmission phase, as it came.
 *
 * @param flags 16 bits
 * @param type 16 bits
 * @param cookie comes back with the reply
 * @param offset unsigned
 * @param length 32 bits, unsigned
 */
record Request(int flags, int type, long cookie, long offset, long length) {
    /** In bytes. */
    static final int SIZE = 28;

    /** @throws MalformedFormatException if there is no request; what follows cannot be read either then */
    static Request parse(ByteBuffer bytes) throws MalformedFormatException {
        var magic = bytes.getInt();
        if (magic != Nbd.REQUEST_MAGIC) {
            throw new MalformedFormatException(
                    "NBD request", "magic", 0, String.format(Locale.ROOT, "must be 25609513, found %08x", magic));
        }
        return new Request(
                Short.toUnsignedInt(bytes.getShort()),
                Short.toUnsignedInt(bytes.getShort()),
                bytes.getLong(),
                bytes.getLong(),
                Integer.toUnsignedLong(bytes.getInt()));
    }

    boolean isDurable() {
        return (flags & Nbd.CMD_FLAG_FUA) != 0;
    }

    /**
     * {@return the error for a request that no disk of this size could carry out, or {@link Nbd#OK}}
     *
     * @param size of the disk, in bytes
     */
    int check(long size) {
        return switch (type) {
            case Nbd.CMD_READ -> length > Nbd.MAX_BLOCK ? Nbd.EINVAL : check(size, 0, Nbd.EINVAL);
            case Nbd.CMD_WRITE -> check(size, 0, Nbd.ENOSPC);
            case Nbd.CMD_WRITE_ZEROES -> check(size, Nbd.CMD_FLAG_NO_HOLE, Nbd.ENOSPC);
            case Nbd.CMD_TRIM -> check(size, 0, Nbd.EINVAL);
            case Nbd.CMD_FLUSH -> (flags & ~Nbd.CMD_FLAG_FUA) == 0 && offset == 0 && length == 0 ? Nbd.OK : Nbd.EINVAL;
            default -> Nbd.EINVAL;
        };
    }

    private int check(long size, int flagsBesideFua, int errorBeyondEnd) {
        if ((flags & ~(Nbd.CMD_FLAG_FUA | flagsBesideFua)) != 0) {
            return Nbd.EINVAL;
        }
        if (offset < 0 || offset > size - length) {
            return errorBeyondEnd;
        }
        return offset % Nbd.MIN_BLOCK == 0 && length % Nbd.MIN_BLOCK == 0 ? Nbd.OK : Nbd.EINVAL;
    }

    /** {@return the header of the simple reply to this; the data of a read follow one without error} */
    ByteBuffer reply(int error) {
        return ByteBuffer.allocate(16)
                .putInt(Nbd.REPLY_MAGIC)
                .putInt(error)
                .putLong(cookie)
                .flip();
    }
}
