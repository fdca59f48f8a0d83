package io.bascule.payload.recompress;

import io.bascule.payload.Extent;
import io.bascule.payload.Resemblance;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Contents as file systems keep them: compressed in clusters of whole blocks, with zeros in front. */
public final class Cluster {
    public static final FrameEncoder ENCODER = new FrameEncoder(12, 17);

    private static final int BLOCK = 4096;
    private static final int CLUSTER = 64 << 10;

    private Cluster() {}

    /** A content and where its clusters are. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Packed(byte[] blocks, List<Resemblance.Stored> parts) {}

    /** {@return a file, its clusters one behind the other from block 0 on} */
    public static Packed pack(byte[] file) {
        var blocks = new ByteArrayOutputStream();
        var parts = new ArrayList<Resemblance.Stored>();
        for (var at = 0; at < file.length; at += CLUSTER) {
            var length = Math.min(CLUSTER, file.length - at);
            var first = blocks.size() / BLOCK;
            blocks.writeBytes(cluster(Arrays.copyOfRange(file, at, at + length)));
            parts.add(part(first, blocks.size() / BLOCK, Optional.of(length)));
        }
        return new Packed(blocks.toByteArray(), parts);
    }

    public static Resemblance.Stored part(long from, long to, Optional<Integer> content) {
        return new Resemblance.Stored(new Extent(from, to - from), content);
    }

    static byte[] cluster(byte[] content) {
        var frame = frame(content);
        var stored = new byte[Math.ceilDiv(frame.length, BLOCK) * BLOCK];
        System.arraycopy(frame, 0, stored, stored.length - frame.length, frame.length);
        return stored;
    }

    static byte[] frame(byte[] content) {
        var target = new byte[FrameEncoder.bound(content.length)];
        return Arrays.copyOf(target, ENCODER.encode(content, 0, content.length, target));
    }
}
