package io.bascule.payload;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.ProtoField.WireType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Reads one message of the <a href="https://protobuf.dev/programming-guides/encoding/">protobuf wire format</a>, field by
 * field. Stricter than protobuf: one byte sequence for each value, so that two readers cannot see two different
 * messages. Repeating a field that occurs once, a varint longer than needed and groups are refused; fields not known are
 * passed over, their encoding checked.
 */
final class ProtoReader {
    private static final int MAX_VARINT_BYTES = 10;

    private final byte[] bytes;
    private final long base;
    private final int end;
    private final Set<ProtoField> seen = EnumSet.noneOf(ProtoField.class);
    private int position;
    private int fieldStart;
    private int number;
    private int wireType;

    /** @param base what to add to a position in {@code bytes} for the offset in the payload that errors tell */
    ProtoReader(byte[] bytes, long base) {
        this(bytes, base, 0, bytes.length);
    }

    private ProtoReader(byte[] bytes, long base, int position, int end) {
        this.bytes = bytes;
        this.base = base;
        this.position = position;
        this.fieldStart = position;
        this.end = end;
    }

    /** Goes to the next field. {@return whether there is one} */
    boolean next() throws MalformedFormatException {
        if (position == end) {
            return false;
        }
        fieldStart = position;
        var tag = readVarint("tag");
        wireType = (int) (tag & 7);
        var fieldNumber = tag >>> 3;
        if (fieldNumber == 0 || fieldNumber >= 1 << 29) {
            throw malformed("tag", "no field has the number " + fieldNumber);
        }
        number = (int) fieldNumber;
        return true;
    }

    /** {@return whether the field at hand is this one, whose wire type it then must have} */
    boolean is(ProtoField field) throws MalformedFormatException {
        if (field.number() != number) {
            return false;
        }
        if (field.wireType() != wireType) {
            throw malformed(field, "wire type " + wireType + ", expected " + field.wireType());
        }
        return true;
    }

    /** {@return the same, for a field that a message has once at most} */
    boolean isOnce(ProtoField field) throws MalformedFormatException {
        if (!is(field)) {
            return false;
        }
        if (!seen.add(field)) {
            throw malformed(field, "a second one in the same message");
        }
        return true;
    }

    boolean has(ProtoField field) {
        return seen.contains(field);
    }

    void require(ProtoField... fields) throws MalformedFormatException {
        for (var field : fields) {
            if (!seen.contains(field)) {
                throw malformed(field, "missing");
            }
        }
    }

    /** {@return the varint at hand, of which no value above {@link Long#MAX_VALUE} makes sense} */
    long unsigned(ProtoField field) throws MalformedFormatException {
        var value = readVarint(field.protoName());
        if (value < 0) {
            throw malformed(field, "too large: " + Long.toUnsignedString(value));
        }
        return value;
    }

    long signed(ProtoField field) throws MalformedFormatException {
        return readVarint(field.protoName());
    }

    /** {@return the four little-endian bytes at hand, from 0 to 2^32 - 1} */
    long fixed32(ProtoField field) throws MalformedFormatException {
        var start = advance(field.protoName(), Integer.BYTES);
        return Integer.toUnsignedLong(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(start));
    }

    byte[] bytes(ProtoField field) throws MalformedFormatException {
        var length = readLength(field.protoName());
        var start = advance(field.protoName(), length);
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    /** {@return a reader of the message at hand; this one stands behind it} */
    ProtoReader message(ProtoField field) throws MalformedFormatException {
        var length = readLength(field.protoName());
        var start = advance(field.protoName(), length);
        return new ProtoReader(bytes, base, start, start + length);
    }

    /** Passes over a field that we do not know. */
    void skip() throws MalformedFormatException {
        var name = "field " + number;
        switch (wireType) {
            case WireType.VARINT -> readVarint(name);
            case WireType.FIXED64 -> advance(name, Long.BYTES);
            case WireType.BYTES -> advance(name, readLength(name));
            case WireType.FIXED32 -> advance(name, Integer.BYTES);
            default -> throw malformed(name, "wire type " + wireType + " is not in use");
        }
    }

    /** {@return a complaint about the field at hand} */
    MalformedFormatException malformed(ProtoField field, String problem) {
        return malformed(field.protoName(), problem);
    }

    private MalformedFormatException malformed(String field, String problem) {
        return new MalformedFormatException(PayloadFormat.NAME, field, base + fieldStart, problem);
    }

    private int readLength(String field) throws MalformedFormatException {
        var length = readVarint(field);
        if (length < 0 || length > end - position) {
            throw malformed(
                    field,
                    String.format(
                            Locale.ROOT,
                            "%s bytes long, but the message ends after %d",
                            Long.toUnsignedString(length),
                            end - position));
        }
        return (int) length;
    }

    private int advance(String field, int count) throws MalformedFormatException {
        if (count > end - position) {
            throw malformed(field, "the message ends within it");
        }
        var start = position;
        position += count;
        return start;
    }

    private long readVarint(String field) throws MalformedFormatException {
        var value = 0L;
        for (var i = 0; i < MAX_VARINT_BYTES; i++) {
            var next = bytes[advance(field, 1)];
            value |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                if (i > 0 && next == 0) {
                    throw malformed(field, "a varint longer than its value needs");
                }
                if (i == MAX_VARINT_BYTES - 1 && next > 1) {
                    throw malformed(field, "a varint of more than 64 bits");
                }
                return value;
            }
        }
        throw malformed(field, "a varint of more than " + MAX_VARINT_BYTES + " bytes");
    }
}
