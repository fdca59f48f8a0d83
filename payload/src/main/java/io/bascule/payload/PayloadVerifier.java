package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a payload without writing anything: signatures, the hash of each blob, that each decodes to exactly its blocks, and
 * the hash of each partition whose operations come in the order of its blocks, as in our full payloads. Of a partition in a delta payload
 * this needs the old content; without it blobs that are no patches are decoded, and the partition's hash is not known.
 */
public final class PayloadVerifier {
    private PayloadVerifier() {}

    /**
     * What was verified.
     *
     * @param manifest what the payload says about itself
     * @param comparedPartitions those whose whole content has the hash that the manifest says; the others' operations come
     *     in another order, or need an old content that was not there: their hashes can only be known when they are applied
     */
    public record Verified(PayloadManifest manifest, Set<String> comparedPartitions) {
        public Verified {
            comparedPartitions = Set.copyOf(comparedPartitions);
        }

        /** {@return whether the hash of every partition was compared} */
        public boolean comparedAll() {
            return comparedPartitions.size() == manifest.partitions().size();
        }
    }

    /** Room for contents that cannot be hashed while they come. */
    @FunctionalInterface
    public interface Scratch {
        /** {@return a device of at least the partition's size, which stays the caller's to close; nothing to leave its hash out} */
        Optional<BlockDevice> of(PartitionUpdate partition) throws IOException;
    }

    /**
     * Reads {@code payload} to its end.
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a payload
     * @throws PayloadException if a signature or a hash is wrong
     */
    public static Verified verify(InputStream payload, TrustedKeys keys) throws IOException {
        return verify(payload, keys, PayloadProgress.NONE);
    }

    /**
     * Reads {@code payload} to its end.
     *
     * @param progress hears of each blob
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a payload
     * @throws PayloadException if a signature or a hash is wrong
     */
    public static Verified verify(InputStream payload, TrustedKeys keys, PayloadProgress progress) throws IOException {
        return verify(payload, keys, Map.of(), partition -> Optional.empty(), progress);
    }

    /**
     * As {@link #verify(InputStream, TrustedKeys, PayloadProgress)}, with old contents.
     *
     * @param sources devices with old contents by the names of the partitions; none, or one for each that has one
     * @param scratch where contents are made whose blocks do not come in their order
     * @throws SourceMismatchException if they are not what the payload was made from
     */
    public static Verified verify(
            InputStream payload,
            TrustedKeys keys,
            Map<String, BlockDevice> sources,
            Scratch scratch,
            PayloadProgress progress)
            throws IOException {
        var reader = PayloadReader.open(payload, keys);
        var manifest = reader.manifest();
        var digests = new HashMap<String, MessageDigest>();
        var made = new HashMap<String, BlockDevice>();
        for (var partition : manifest.partitions()) {
            if (partition.old().isPresent() && sources.isEmpty()) {
                continue;
            }
            if (inOrder(partition)) {
                digests.put(partition.name(), Sha256Digest.newMessageDigest());
            } else {
                scratch.of(partition).ifPresent(device -> made.put(partition.name(), device));
            }
        }
        var decoder = new OperationDecoder();
        var old = sources.isEmpty() ? Optional.<OldContents>empty() : Optional.of(OldContents.of(manifest, sources));
        reader.readAll((partition, operation, blob, offset) -> {
            var digest = digests.get(partition.name());
            var device = made.get(partition.name());
            if (old.isPresent() || operation.source().isEmpty()) {
                var source = old.isPresent() ? old.get().verified(partition, operation) : Optional.<BlockDevice>empty();
                decoder.decode(operation, blob, offset, source, (position, blocks) -> {
                    if (digest != null) {
                        digest.update(blocks);
                    } else if (device != null) {
                        device.write(position, blocks);
                    }
                });
            }
            progress.blocks(operation.dataOffset() + operation.dataLength(), manifest.signaturesOffset());
        });
        var compared = new LinkedHashSet<String>();
        for (var partition : manifest.partitions()) {
            var digest = digests.get(partition.name());
            var device = made.get(partition.name());
            if (digest != null || device != null) {
                var found = digest != null
                        ? Sha256Digest.of(digest.digest())
                        : ContentHash.of(Objects.requireNonNull(device)
                                .slice(0, partition.size().bytes()));
                if (!found.equals(partition.hash())) {
                    throw new DigestMismatchException("its content", partition.name(), partition.hash(), found);
                }
                compared.add(partition.name());
            }
        }
        return new Verified(manifest, compared);
    }

    private static boolean inOrder(PartitionUpdate partition) {
        var next = 0L;
        for (var operation : partition.operations()) {
            for (var extent : operation.destinations()) {
                if (extent.startBlock() != next) {
                    return false;
                }
                next = extent.end();
            }
        }
        return true;
    }
}
