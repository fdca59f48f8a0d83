package io.bascule.partitionlayout.gpt;

import java.io.IOException;
import java.util.List;

/**
 * A table as it was found on a disk.
 *
 * @param table what the disk's partitions are
 * @param recoveredFromBackup whether the primary copy is unusable and the table is the backup's
 * @param faults what is wrong with the disk and did not keep the table from being read: the reason why a copy is
 *     unusable, or that the copies differ. Writing the table back repairs it
 */
public record GptReadResult(GptTable table, boolean recoveredFromBackup, List<IOException> faults) {
    public GptReadResult {
        faults = List.copyOf(faults);
    }
}
