package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A device from its first byte to its last. */
final class DeviceInputStream extends InputStream {
    private final BlockDevice device;
    private final long size;
    private long at;

    DeviceInputStream(BlockDevice device) {
        this.device = device;
        this.size = device.size().bytes();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (at == size && length > 0) {
            return -1;
        }
        var count = (int) Math.min(length, size - at);
        device.read(at, ByteBuffer.wrap(into, offset, count));
        at += count;
        return count;
    }
}
