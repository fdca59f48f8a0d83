package io.bascule.payload;

import io.bascule.payload.ProtoField.WireType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes one message of the protobuf wire format; the order of the calls is the order of the fields. */
final class ProtoWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtoWriter varint(ProtoField field, long value) {
        tag(field, WireType.VARINT);
        writeVarint(value);
        return this;
    }

    ProtoWriter bytes(ProtoField field, byte[] value) {
        tag(field, WireType.BYTES);
        writeVarint(value.length);
        out.writeBytes(value);
        return this;
    }

    ProtoWriter message(ProtoField field, ProtoWriter message) {
        return bytes(field, message.toByteArray());
    }

    ProtoWriter fixed32(ProtoField field, int value) {
        tag(field, WireType.FIXED32);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    private void tag(ProtoField field, int wireType) {
        if (field.wireType() != wireType) {
            throw new IllegalArgumentException(field + " has wire type " + field.wireType() + ", not " + wireType);
        }
        writeVarint(((long) field.number() << 3) | wireType);
    }

    private void writeVarint(long value) {
        while ((value & ~0x7FL) != 0) {
            out.write((int) ((value & 0x7F) | 0x80));
            value >>>= 7;
        }
        out.write((int) value);
    }
}
