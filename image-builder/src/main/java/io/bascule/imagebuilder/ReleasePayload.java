package io.bascule.imagebuilder;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.payload.PartitionImage;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.Signer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The payload of a release: what a host writes to its other slot, and the UKI for it. */
final class ReleasePayload {
    /** What the payload calls its partitions; hosts look for these names. */
    static final String USR = "usr";

    static final String USR_VERITY = "usr-verity";
    static final String UKI = "uki";

    private ReleasePayload() {}

    /** Writes the payload with the files of {@code release}, all of which are whole blocks. {@return its size} */
    static ByteCount write(
            ReleaseFiles release,
            List<Signer> signers,
            int threads,
            ResultCache results,
            PayloadWriter.Progress progress)
            throws IOException {
        try (var usr = FileBlockDevice.openReadOnly(release.usr());
                var verity = FileBlockDevice.openReadOnly(release.verity());
                var uki = FileBlockDevice.openReadOnly(release.uki());
                var out = new BufferedOutputStream(Files.newOutputStream(release.payload()))) {
            // No maximum timestamp: the version decides what is newer, and every build has the same default time.
            new PayloadWriter(
                            signers,
                            release.folder(),
                            threads,
                            (encoding, chunk, encoder) -> results.get(encoding, chunk, encoder::encode))
                    .write(
                            List.of(
                                    new PartitionImage(USR, usr),
                                    new PartitionImage(USR_VERITY, verity),
                                    new PartitionImage(UKI, uki)),
                            OptionalLong.empty(),
                            out,
                            progress);
        }
        return new ByteCount(Files.size(release.payload()));
    }

    /** As {@link #write}, for hosts that have the release {@code old}. {@return the file} */
    static Path writeDelta(
            ReleaseFiles release,
            ReleaseParts old,
            List<Signer> signers,
            int threads,
            ResultCache results,
            PayloadWriter.Progress progress)
            throws IOException {
        var file = release.delta(old.version());
        try (var usr = FileBlockDevice.openReadOnly(release.usr());
                var verity = FileBlockDevice.openReadOnly(release.verity());
                var uki = FileBlockDevice.openReadOnly(release.uki());
                var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            new PayloadWriter(
                            signers,
                            release.folder(),
                            threads,
                            (encoding, chunk, encoder) -> results.get(encoding, chunk, encoder::encode))
                    .write(
                            List.of(
                                    new PartitionImage(USR, usr, old(old, USR)),
                                    new PartitionImage(USR_VERITY, verity, old(old, USR_VERITY)),
                                    new PartitionImage(UKI, uki, old(old, UKI))),
                            OptionalLong.empty(),
                            out,
                            progress);
        }
        return file;
    }

    private static Optional<BlockDevice> old(ReleaseParts old, String partition) {
        return Optional.ofNullable(old.partitions().get(partition));
    }
}
