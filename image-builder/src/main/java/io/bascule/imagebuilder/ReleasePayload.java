package io.bascule.imagebuilder;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.delta.DeltaPartitions;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.Signer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The payload of a release: what a host writes to its other slot, and the UKI for it. */
final class ReleasePayload {
    /** What the payload calls its partitions; hosts look for these names. */
    static final String USR = "usr";

    static final String USR_VERITY = "usr-verity";
    static final String UKI = "uki";

    private ReleasePayload() {}

    /**
     * Writes a payload with the files of {@code release}, all of which are whole blocks.
     *
     * @param file to write
     * @param old what hosts have, for a delta
     * @param encoderId what compressed {@code /usr}
     * @return its size
     */
    static ByteCount write(
            ReleaseFiles release,
            Path file,
            Optional<ReleaseParts> old,
            String encoderId,
            List<Signer> signers,
            int threads,
            ResultCache results,
            PayloadWriter.Progress progress)
            throws IOException {
        try (var usr = FileBlockDevice.openReadOnly(release.usr());
                var verity = FileBlockDevice.openReadOnly(release.verity());
                var uki = FileBlockDevice.openReadOnly(release.uki());
                var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            var contents = new LinkedHashMap<String, BlockDevice>();
            contents.put(USR, usr);
            contents.put(USR_VERITY, verity);
            contents.put(UKI, uki);
            // No maximum timestamp: the version decides what is newer, and every build has the same default time.
            new PayloadWriter(
                            signers,
                            release.folder(),
                            threads,
                            (encoding, chunk, encoder) -> results.get(encoding, chunk, encoder::encode))
                    .write(
                            DeltaPartitions.of(old.map(ReleaseParts::partitions).orElse(Map.of()), contents, encoderId),
                            OptionalLong.empty(),
                            out,
                            progress);
        }
        return new ByteCount(Files.size(file));
    }
}
