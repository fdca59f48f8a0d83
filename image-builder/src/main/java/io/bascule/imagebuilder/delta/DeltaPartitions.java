package io.bascule.imagebuilder.delta;

import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.payload.PartitionImage;
import io.bascule.payload.Resemblance;
import io.bascule.payload.recompress.FrameEncoder;
import io.bascule.signing.release.FileKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The partitions of a release as what hosts make of those of an earlier one. */
public final class DeltaPartitions {
    private DeltaPartitions() {}

    /**
     * {@return what a payload is made of}
     *
     * @param old contents by the names of the partitions
     * @param contents of the new release, in the order of payloads
     * @param encoderId what compressed the new {@code /usr}, after release.json; another encoder than the one that is here makes
     *     a delta that does not look inside compressed files
     */
    public static List<PartitionImage> of(
            Map<String, BlockDevice> old, Map<String, BlockDevice> contents, String encoderId) throws IOException {
        var encoder = Compression.frameEncoder(encoderId);
        var images = new ArrayList<PartitionImage>();
        for (var entry : contents.entrySet()) {
            var before = Optional.ofNullable(old.get(entry.getKey()));
            var resemblances = before.isPresent()
                    ? resemblances(entry.getKey(), before.get(), entry.getValue(), encoder)
                    : List.<Resemblance>of();
            images.add(new PartitionImage(entry.getKey(), entry.getValue(), before, resemblances));
        }
        return images;
    }

    private static List<Resemblance> resemblances(
            String name, BlockDevice old, BlockDevice content, Optional<FrameEncoder> encoder) throws IOException {
        if (encoder.isEmpty()) {
            return List.of();
        }
        if (name.equals(FileKind.USR.text())) {
            return FilePairs.of(old, content, encoder.get());
        }
        return name.equals(FileKind.UKI.text()) ? ArchivePairs.of(old, content) : List.of();
    }
}
