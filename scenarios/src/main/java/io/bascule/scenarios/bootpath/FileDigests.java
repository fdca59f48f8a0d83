package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Digests of files on the ESP. On a disk that can tell whether a file is as it was in another state, each is read once. */
final class FileDigests {
    private static final int BUFFER = 1 << 20;

    private final Map<List<Object>, Sha256Digest> known = new HashMap<>();

    /**
     * {@return the SHA-256 of a file}
     *
     * @param espPosition of the volume on the disk, in bytes
     */
    Sha256Digest of(BlockDevice disk, long espPosition, BlockDevice file) throws IOException {
        if (!(disk instanceof Fingerprinted prints) || !(file instanceof ClusterDevice chained)) {
            return read(file);
        }
        var runs = chained.runs();
        if (runs.isEmpty()) {
            return read(file);
        }
        var key = new ArrayList<Object>(List.of(prints.family(), file.size()));
        for (var run : runs.get()) {
            key.add(run);
            key.add(prints.fingerprint(espPosition + run.position(), run.length()));
        }
        var before = known.get(key);
        if (before == null) {
            before = read(file);
            known.put(key, before);
        }
        return before;
    }

    private static Sha256Digest read(BlockDevice content) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var size = content.size().bytes();
        var buffer = ByteBuffer.allocate((int) Math.min(BUFFER, size));
        for (var at = 0L; at < size; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            content.read(at, buffer);
            digest.update(buffer.flip());
        }
        return Sha256Digest.of(digest.digest());
    }
}
