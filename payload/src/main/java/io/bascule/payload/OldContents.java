package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The old contents that a delta payload is applied to: nothing of them is used whose hash was not compared. */
final class OldContents {
    private final Map<String, BlockDevice> devices;

    private OldContents(Map<String, BlockDevice> devices) {
        this.devices = devices;
    }

    /** @throws SourceMismatchException if one that the payload needs is not there, or too small */
    static OldContents of(PayloadManifest manifest, Map<String, BlockDevice> sources) throws SourceMismatchException {
        var devices = new HashMap<String, BlockDevice>();
        for (var partition : manifest.partitions()) {
            if (partition.old().isEmpty()) {
                continue;
            }
            var needed = partition.old().get().size();
            var device = sources.get(partition.name());
            if (device == null) {
                throw new SourceMismatchException(partition.name(), "there is none");
            }
            if (device.size().compareTo(needed) < 0) {
                throw new SourceMismatchException(
                        partition.name(),
                        "it has " + device.size().bytes() + " bytes, at least " + needed.bytes() + " are needed");
            }
            devices.put(partition.name(), device.slice(0, needed.bytes()));
        }
        return new OldContents(devices);
    }

    /**
     * {@return what the operation reads, if it reads anything}
     *
     * @throws SourceMismatchException if its hash is another
     */
    Optional<BlockDevice> verified(PartitionUpdate partition, InstallOperation operation) throws IOException {
        if (operation.source().isEmpty()) {
            return Optional.empty();
        }
        var wanted = operation.source().get();
        var device = devices.get(partition.name());
        if (device == null) {
            throw new SourceMismatchException(partition.name(), "there is none");
        }
        var source = new SourceDevice(device, wanted.extents());
        var found = ContentHash.of(source);
        if (!found.equals(wanted.hash())) {
            throw new SourceMismatchException(
                    partition.name(),
                    "blocks from " + wanted.extents().getFirst().startBlock() + " on have the SHA-256 " + found
                            + ", it was made from " + wanted.hash());
        }
        return Optional.of(source);
    }
}
