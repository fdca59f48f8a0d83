package io.bascule.updateengine.host;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptTable;
import java.io.IOException;

/** The disk that the running {@code /usr} is on. */
public interface HostDisk {

    /** {@return how it is called, for messages} */
    String name();

    SectorSize sectorSize();

    /** {@return the whole disk, for its partition table} */
    BlockDevice openTable() throws IOException;

    /**
     * {@return one partition, past the page cache where that is possible} Nothing beyond the partition can be reached
     * through it.
     *
     * @param table of this disk
     * @param number of the partition in it
     */
    BlockDevice openPartition(GptTable table, int number) throws IOException;

    /** {@return the same, and nothing can be written through it: the only way to the partitions that run} */
    BlockDevice openPartitionReadOnly(GptTable table, int number) throws IOException;
}
