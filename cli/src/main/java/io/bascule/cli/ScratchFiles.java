package io.bascule.cli;

import io.bascule.imagebuilder.TemporaryFolder;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.payload.PartitionUpdate;
import io.bascule.payload.PayloadVerifier;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files for contents that a delta makes out of order, in a temporary folder that goes with them. */
final class ScratchFiles implements PayloadVerifier.Scratch, Closeable {
    private final List<FileBlockDevice> devices = new ArrayList<>();
    private @Nullable TemporaryFolder folder;

    @Override
    public Optional<BlockDevice> of(PartitionUpdate partition) throws IOException {
        if (folder == null) {
            folder = TemporaryFolder.in(Path.of(System.getProperty("java.io.tmpdir")), "bascule-verify");
        }
        var device = FileBlockDevice.create(folder.path().resolve(partition.name()), partition.size());
        devices.add(device);
        return Optional.of(device);
    }

    @Override
    public void close() throws IOException {
        for (var device : devices) {
            device.close();
        }
        if (folder != null) {
            folder.close();
        }
    }
}
