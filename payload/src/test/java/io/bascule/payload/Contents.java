package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/** Partitions' contents and payloads of them. */
final class Contents {
    private Contents() {}

    static byte[] random(int seed, int size) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Digits without order: bzip2 packs them best. */
    static byte[] digits(int seed, int size) {
        var random = new Random(seed);
        var bytes = new byte[size];
        for (var i = 0; i < size; i++) {
            bytes[i] = (byte) ('0' + random.nextInt(10));
        }
        return bytes;
    }

    /** The same 40000 digits again and again: far repetitions are what xz finds. */
    static byte[] repetition(int seed, int size) {
        var unit = digits(seed, 40_000);
        var bytes = new byte[size];
        for (var at = 0; at < size; at += unit.length) {
            System.arraycopy(unit, 0, bytes, at, Math.min(unit.length, size - at));
        }
        return bytes;
    }

    static byte[] filled(int size, int value) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static PartitionImage image(String name, byte[] content) {
        return new PartitionImage(name, new MemoryBlockDevice(content));
    }

    static byte[] write(Path folder, Signer signer, PartitionImage... partitions) throws IOException {
        var out = new ByteArrayOutputStream();
        new PayloadWriter(List.of(signer), folder, 1).write(List.of(partitions), OptionalLong.empty(), out);
        return out.toByteArray();
    }

    static PayloadManifest apply(InputStream payload, TrustedKeys keys, Map<String, BlockDevice> targets)
            throws IOException {
        var applier = PayloadApplier.open(payload, keys);
        applier.applyTo(targets, PayloadProgress.NONE);
        return applier.manifest();
    }
}
