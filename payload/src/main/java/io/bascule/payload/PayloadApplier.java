package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a payload to partitions while it arrives, in memory that does not grow with its size. Two steps, so that the
 * caller can look at the signed manifest before anything is touched: {@link #open}, then {@link #applyTo}.
 */
public final class PayloadApplier {
    private final PayloadReader reader;
    private boolean used;

    private PayloadApplier(PayloadReader reader) {
        this.reader = reader;
    }

    /**
     * Reads header, manifest and metadata signature, and not a byte more, and verifies the signature.
     *
     * @param payload stays the caller's to close, after {@link #applyTo}
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a payload
     * @throws UntrustedSignatureException if too few of the keys signed the metadata
     */
    public static PayloadApplier open(InputStream payload, TrustedKeys keys) throws IOException {
        return new PayloadApplier(PayloadReader.open(payload, keys));
    }

    /** {@return what the payload holds; the keys vouch for it} */
    public PayloadManifest manifest() {
        return reader.manifest();
    }

    /**
     * Blob by blob verifies and writes, then verifies the payload signature, flushes, reads each partition back through
     * the same device and compares its hash. When this throws {@link TargetMismatchException} no device was touched;
     * later failures leave the devices half-written.
     *
     * @param targets a device for each partition of the payload, by name; bytes behind a partition's new size are left as
     *     they are, and so are devices that the payload does not name
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a payload
     * @throws PayloadException if a signature or a hash is wrong, or a device missing or too small
     * @throws IllegalStateException if it was called before: the payload's bytes come only once
     */
    public void applyTo(Map<String, BlockDevice> targets, PayloadProgress progress) throws IOException {
        applyTo(targets, Map.of(), progress);
    }

    /**
     * As {@link #applyTo(Map, PayloadProgress)}, of a delta payload, too. Before an operation reads old blocks, their hash is
     * compared.
     *
     * @param sources a device with the old content of each partition that has one, by name; they are only read
     * @throws SourceMismatchException if an old content is missing or too small: no device was touched then; or if blocks of
     *     it are not what the payload was made from
     */
    public void applyTo(Map<String, BlockDevice> targets, Map<String, BlockDevice> sources, PayloadProgress progress)
            throws IOException {
        var devices = devices(manifest(), targets);
        var old = OldContents.of(manifest(), sources);
        if (used) {
            throw new IllegalStateException("a payload is applied once");
        }
        used = true;
        var decoder = new OperationDecoder();
        var total = manifest().signaturesOffset();
        reader.readAll((partition, operation, blob, offset) -> {
            var source = old.verified(partition, operation);
            decoder.decode(operation, blob, offset, source, written(devices, partition)::write);
            progress.blocks(operation.dataOffset() + operation.dataLength(), total);
        });
        for (var device : devices.values()) {
            device.flush();
        }
        readBack(devices, progress);
    }

    private void readBack(Map<String, BlockDevice> devices, PayloadProgress progress) throws IOException {
        var partitions = manifest().partitions();
        var total = partitions.stream()
                .mapToLong(partition -> partition.size().bytes())
                .sum();
        var done = 0L;
        for (var partition : partitions) {
            var before = done;
            var found =
                    ContentHash.of(written(devices, partition), count -> progress.readingBack(before + count, total));
            if (!found.equals(partition.hash())) {
                throw new DigestMismatchException(
                        "what was written, read back,", partition.name(), partition.hash(), found);
            }
            done += partition.size().bytes();
        }
    }

    /** Slices of the new sizes: whatever an extent says, nothing can be written outside. */
    private static Map<String, BlockDevice> devices(PayloadManifest manifest, Map<String, BlockDevice> targets)
            throws TargetMismatchException {
        var devices = new HashMap<String, BlockDevice>();
        for (var partition : manifest.partitions()) {
            var device = targets.get(partition.name());
            var available = device == null ? ByteCount.ZERO : device.size();
            if (device == null || available.compareTo(partition.size()) < 0) {
                throw new TargetMismatchException(partition.name(), partition.size(), available);
            }
            devices.put(partition.name(), device.slice(0, partition.size().bytes()));
        }
        return devices;
    }

    private static BlockDevice written(Map<String, BlockDevice> devices, PartitionUpdate partition) {
        return Objects.requireNonNull(devices.get(partition.name()));
    }
}
