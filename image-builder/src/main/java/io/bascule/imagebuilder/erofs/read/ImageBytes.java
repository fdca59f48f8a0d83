package io.bascule.imagebuilder.erofs.read;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes that belong to an image, and complaints about them.
 *
 * @param limit where the image ends, in bytes; the device may go on
 */
record ImageBytes(BlockDevice device, long limit) {
    boolean holds(long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= limit && length <= limit - offset;
    }

    /**
     * {@return bytes of the image, little-endian}
     *
     * @param structure what is read, for the complaint that the image ends before
     * @param field what leads there
     * @param fieldOffset where that stands
     */
    ByteBuffer read(long offset, int length, String structure, String field, long fieldOffset) throws IOException {
        require(offset, length, structure, field, fieldOffset);
        var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        device.read(offset, buffer);
        return buffer.flip();
    }

    void require(long offset, long length, String structure, String field, long fieldOffset)
            throws MalformedFormatException {
        if (!holds(offset, length)) {
            throw new MalformedFormatException(
                    structure,
                    field,
                    fieldOffset,
                    "leads to " + length + " bytes at " + offset + ", the image ends at " + limit);
        }
    }
}
