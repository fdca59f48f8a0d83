package io.bascule.imagebuilder.erofs.read;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.layout.Slot;
import java.io.IOException;
import java.util.Optional;

/** Finds the file system of {@code /usr}: by itself, or in a slot of a disk. */
public final class UsrFileSystem {
    private UsrFileSystem() {}

    /**
     * {@return {@code image} itself if it begins as EROFS does, else the slot of the disk that it is; nothing if the disk has no such
     * slot}
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is neither
     */
    public static Optional<BlockDevice> find(BlockDevice image, Slot slot) throws IOException {
        if (ErofsReader.recognizes(image)) {
            return Optional.of(image);
        }
        var table = GptReader.read(image, SectorSize.B512).table();
        for (var partition : table.entries().values()) {
            if (partition.name().equals(slot.label())) {
                return Optional.of(table.open(image, partition));
            }
        }
        return Optional.empty();
    }
}
