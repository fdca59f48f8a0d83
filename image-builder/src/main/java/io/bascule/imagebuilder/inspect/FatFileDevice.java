package io.bascule.imagebuilder.inspect;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.fat.FatEntry;
import io.bascule.partitionlayout.fat.FatReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a FAT volume, for readers that want a device. Reads what lies in front of a position, too. */
public record FatFileDevice(FatReader volume, FatEntry file) implements BlockDevice {
    private static final int SKIP = 1 << 20;

    @Override
    public ByteCount size() {
        return new ByteCount(file.size());
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        if (position < 0 || position > file.size() - target.remaining()) {
            throw new EOFException(file.name() + " ends at " + file.size());
        }
        try (var in = volume.open(file)) {
            var skipped = new byte[(int) Math.min(SKIP, position)];
            for (var left = position; left > 0; ) {
                left -= in.readNBytes(skipped, 0, (int) Math.min(skipped.length, left));
            }
            var bytes = in.readNBytes(target.remaining());
            target.put(bytes);
        }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        throw new IOException("this is only read");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
