package io.bascule.qemuharness.faultdisk;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Sectors that are full of one byte, so that a test can say which version of a sector it sees. */
final class Sectors {
    private Sectors() {}

    static ByteBuffer of(int count, int value) {
        var data = new byte[count * FaultDisk.SECTOR];
        Arrays.fill(data, (byte) value);
        return ByteBuffer.wrap(data);
    }

    static void write(BlockDevice disk, long sector, int count, int value) throws IOException {
        disk.write(sector * FaultDisk.SECTOR, of(count, value));
    }

    /** {@return the byte that each of the sectors is full of; -1 for one that is not} */
    static int[] values(BlockDevice disk, long first, int count) throws IOException {
        var data = new byte[count * FaultDisk.SECTOR];
        disk.read(first * FaultDisk.SECTOR, ByteBuffer.wrap(data));
        var values = new int[count];
        for (var i = 0; i < count; i++) {
            var sector = Arrays.copyOfRange(data, i * FaultDisk.SECTOR, (i + 1) * FaultDisk.SECTOR);
            values[i] = ByteBuffer.wrap(sector).equals(of(1, sector[0])) ? Byte.toUnsignedInt(sector[0]) : -1;
        }
        return values;
    }
}
