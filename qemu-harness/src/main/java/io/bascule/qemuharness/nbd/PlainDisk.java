package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Any block device as a disk, one request at a time. */
final class PlainDisk implements DiskDevice {
    private static final int ZERO_UNIT = 1 << 16;

    private final BlockDevice device;

    PlainDisk(BlockDevice device) {
        this.device = device;
    }

    static DiskDevice of(BlockDevice device) {
        return device instanceof DiskDevice disk ? disk : new PlainDisk(device);
    }

    @Override
    public ByteCount size() {
        return device.size();
    }

    @Override
    public synchronized void read(long position, ByteBuffer target) throws IOException {
        device.read(position, target);
    }

    @Override
    public synchronized void write(long position, ByteBuffer source, boolean durable) throws IOException {
        device.write(position, source);
        flushIf(durable);
    }

    @Override
    public synchronized void zero(long position, ByteCount length, boolean durable) throws IOException {
        var zeros = ByteBuffer.allocate(ZERO_UNIT);
        var end = position + length.bytes();
        for (var at = position; at < end; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(ZERO_UNIT, end - at));
            device.write(at, zeros);
        }
        flushIf(durable);
    }

    /** Does nothing: what was discarded may stay. */
    @Override
    public void trim(long position, ByteCount length, boolean durable) {}

    @Override
    public synchronized void flush() throws IOException {
        device.flush();
    }

    private void flushIf(boolean durable) throws IOException {
        if (durable) {
            device.flush();
        }
    }

    @Override
    public boolean isStalling() {
        return false;
    }

    @Override
    public void abandonStalled() {}

    @Override
    public void close() throws IOException {
        device.close();
    }
}
