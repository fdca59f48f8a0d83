package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.DiskEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A disk that tells what is done to it. Its clock counts events, so that two recordings of the same are the same. */
final class RecordingDevice implements BlockDevice {
    private final BlockDevice disk;
    private final DiskEvents events;
    private long count;

    RecordingDevice(BlockDevice disk, DiskEvents events) {
        this.disk = disk;
        this.events = events;
    }

    void mark(String text) {
        events.accept(new DiskEvent.Mark(now(), text));
    }

    @Override
    public ByteCount size() {
        return disk.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        disk.read(position, target);
    }

    /** @throws IllegalArgumentException unless position and length are whole sectors */
    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        if (position % CrashDisk.SECTOR != 0 || source.remaining() % CrashDisk.SECTOR != 0) {
            throw new IllegalArgumentException(source.remaining() + " bytes at " + position + " are not whole sectors");
        }
        var bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        disk.write(position, source);
        events.accept(new DiskEvent.Write(now(), position, bytes, false));
    }

    @Override
    public void flush() throws IOException {
        disk.flush();
        events.accept(new DiskEvent.Flush(now()));
    }

    @Override
    public void close() {}

    private Duration now() {
        return Duration.ofMillis(count++);
    }
}
