package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Writes a payload to partitions while it arrives, in memory that does not grow with its size. */
public final class PayloadApplier {
    private static final int READ_BACK_BUFFER = 128 << 10;

    private PayloadApplier() {}

    /**
     * Verifies the metadata signature, then blob by blob verifies and writes, then verifies the payload signature, flushes,
     * reads each partition back and compares its hash. When this throws {@link TargetMismatchException}, or anything
     * before the metadata are verified, no device was touched; later failures leave the devices half-written.
     *
     * @param targets a device for each partition of the payload, by name; bytes behind a partition's new size are left as
     *     they are, and so are devices that the payload does not name
     * @return what was applied
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is not a full payload
     * @throws PayloadException if a signature or a hash is wrong, or a device missing or too small
     */
    public static PayloadManifest apply(InputStream payload, TrustedKeys keys, Map<String, BlockDevice> targets)
            throws IOException {
        var reader = PayloadReader.open(payload, keys);
        var manifest = reader.manifest();
        var devices = devices(manifest, targets);
        var decoder = new BlobDecoder();
        reader.readAll((partition, operation, blob, offset) ->
                decoder.decode(operation, blob, offset, written(devices, partition)::write));
        for (var device : devices.values()) {
            device.flush();
        }
        for (var partition : manifest.partitions()) {
            var found = hash(written(devices, partition));
            if (!found.equals(partition.hash())) {
                throw new DigestMismatchException(
                        "what was written, read back,", partition.name(), partition.hash(), found);
            }
        }
        return manifest;
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

    private static Sha256Digest hash(BlockDevice device) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var size = device.size().bytes();
        var buffer = ByteBuffer.allocate(READ_BACK_BUFFER);
        for (var at = 0L; at < size; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            device.read(at, buffer);
            digest.update(buffer.flip());
        }
        return Sha256Digest.of(digest.digest());
    }
}
