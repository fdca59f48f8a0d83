package io.bascule.payload;

import io.bascule.payload.recompress.FrameEncoder;
import java.util.List;
import java.util.Optional;

/**
 * Parts of the new content that resemble parts of the old one once both are decompressed, such as the extents of one file in
 * two versions. Nothing breaks if they do not: then they are sent as they are.
 *
 * @param encoder what compressed the new parts
 * @param target parts of the new content, in the order of what they hold
 * @param source parts of the old content, in the order of what they hold; may be empty
 */
public record Resemblance(FrameEncoder encoder, List<Stored> target, List<Stored> source) {
    public Resemblance {
        target = List.copyOf(target);
        source = List.copyOf(source);
    }

    /**
     * A part of a partition.
     *
     * @param blocks where it is
     * @param content how many bytes it holds if it is a Zstandard frame between zeros, or nothing if it is as it is
     */
    public record Stored(Extent blocks, Optional<Integer> content) {
        /** {@return how many bytes it holds} */
        public long contentSize() {
            return content.map(Integer::longValue).orElse(blocks.blockCount() * PayloadFormat.BLOCK_SIZE);
        }
    }
}
