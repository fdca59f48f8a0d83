package io.bascule.imagebuilder.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/** How often each cluster of the file is used: 32 KiB of memory for a GiB of file. */
final class Qcow2Refcounts {
    private final ArrayList<short[]> blocks = new ArrayList<>();

    /** Where a table is. */
    record Table(long offset, int clusters) {}

    /** Counts one more use of each cluster that has some of these bytes. */
    void use(long offset, long length) {
        var last = (offset + length - 1) / Qcow2Format.CLUSTER;
        for (var cluster = offset / Qcow2Format.CLUSTER; cluster <= last; cluster++) {
            while (blocks.size() <= cluster / Qcow2Format.REFCOUNTS) {
                blocks.add(new short[Qcow2Format.REFCOUNTS]);
            }
            blocks.get((int) (cluster / Qcow2Format.REFCOUNTS))[(int) (cluster % Qcow2Format.REFCOUNTS)]++;
        }
    }

    /** Appends blocks and table, which count themselves. */
    Table append(GrowingFile file) throws IOException {
        var used = file.end() / Qcow2Format.CLUSTER;
        var blockCount = 0L;
        var tableClusters = 0L;
        // More blocks need more clusters, which need more blocks; it ends soon, since a block counts many clusters.
        while (true) {
            var neededBlocks = Math.ceilDiv(used + blockCount + tableClusters, Qcow2Format.REFCOUNTS);
            var neededTable = Math.ceilDiv(neededBlocks * Qcow2Format.ENTRY, Qcow2Format.CLUSTER);
            if (neededBlocks == blockCount && neededTable == tableClusters) {
                break;
            }
            blockCount = neededBlocks;
            tableClusters = neededTable;
        }
        var first = file.end();
        use(first, (blockCount + tableClusters) * Qcow2Format.CLUSTER);
        var table = ByteBuffer.allocate((int) (tableClusters * Qcow2Format.CLUSTER));
        for (var block : blocks) {
            var bytes = ByteBuffer.allocate(Qcow2Format.CLUSTER);
            bytes.asShortBuffer().put(block);
            table.putLong(file.append(bytes));
        }
        return new Table(file.append(table.clear()), (int) tableClusters);
    }
}
