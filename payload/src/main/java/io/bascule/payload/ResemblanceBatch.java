package io.bascule.payload;

import io.bascule.payload.Resemblance.Stored;
import io.bascule.payload.recompress.FrameEncoder;
import io.bascule.payload.recompress.RecompressWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * New pieces that one operation makes, and the old pieces that it makes them from. Files are patched together, because most
 * are small and an operation has a price of its own; of a large file the operation gets the old pieces
 * around the place.
 *
 * @param target in the order of their blocks
 * @param source none twice; what they hold fits an operation
 */
record ResemblanceBatch(FrameEncoder encoder, List<Stored> target, List<Stored> source) {
    /** What the new pieces of a batch hold, in bytes, unless one alone holds more. */
    private static final long TARGET = 4 << 20;

    /** What the old pieces of a batch hold, in bytes: no more than readers take, with room for those of another file. */
    private static final long SOURCE = RecompressWriter.MAX_SOURCE - (1 << 20);

    /** What of the old pieces of one file is searched for a new piece, in bytes. */
    private static final long NEAR = 12 << 20;

    private static final int MAX_PIECES = 4096;

    ResemblanceBatch {
        target = List.copyOf(target);
        source = List.copyOf(source);
    }

    /** {@return batches of all new pieces that have changed} Their blocks are theirs in {@code plan} from now on. */
    static List<ResemblanceBatch> of(List<Resemblance> resemblances, DeltaPlan plan) {
        var batches = new ArrayList<ResemblanceBatch>();
        var ordered = resemblances.stream()
                .filter(resemblance -> !resemblance.target().isEmpty())
                .sorted(Comparator.comparingLong(ResemblanceBatch::firstBlock))
                .toList();
        Growing batch = null;
        for (var resemblance : ordered) {
            var at = 0L;
            for (var piece : resemblance.target()) {
                var from = at;
                at += piece.contentSize();
                if (tooLarge(piece) || !plan.claim(piece.blocks())) {
                    continue;
                }
                var near = near(resemblance.source(), from, at);
                if (batch == null || !batch.takes(resemblance.encoder(), piece, near)) {
                    if (batch != null) {
                        batches.add(batch.finish());
                    }
                    batch = new Growing(resemblance.encoder());
                }
                batch.add(piece, near);
            }
        }
        if (batch != null) {
            batches.add(batch.finish());
        }
        return batches;
    }

    private static long firstBlock(Resemblance resemblance) {
        return resemblance.target().getFirst().blocks().startBlock();
    }

    private static boolean tooLarge(Stored piece) {
        return Math.max(piece.contentSize(), piece.blocks().blockCount() * PayloadFormat.BLOCK_SIZE)
                > RecompressWriter.MAX_PIECE;
    }

    /** An old piece and how many bytes of its file are between it and the place. */
    private record Distant(Stored piece, long distance) {}

    /** {@return the pieces of a whole old file, or of one that is large those closest to the place; in their order} */
    private static List<Stored> near(List<Stored> source, long from, long to) {
        var distances = new ArrayList<Distant>();
        var at = 0L;
        for (var piece : source) {
            var end = at + piece.contentSize();
            if (!tooLarge(piece)) {
                distances.add(new Distant(piece, Math.max(0, Math.max(from - end, at - to))));
            }
            at = end;
        }
        var near = new HashSet<Stored>();
        var size = 0L;
        distances.sort(Comparator.comparingLong(Distant::distance));
        for (var distant : distances) {
            size += distant.piece().contentSize();
            if (size > NEAR) {
                break;
            }
            near.add(distant.piece());
        }
        return source.stream().filter(near::contains).toList();
    }

    /** {@return the old blocks, in the order of the pieces} */
    List<Extent> sources() {
        return extents(source);
    }

    /** {@return the new blocks, in the order of the pieces} */
    List<Extent> destinations() {
        return extents(target);
    }

    private static List<Extent> extents(List<Stored> pieces) {
        var extents = new Extents();
        pieces.forEach(piece -> extents.add(piece.blocks()));
        return extents.list();
    }

    /** A batch that is not full yet. */
    private static final class Growing {
        private final FrameEncoder encoder;
        private final List<Stored> target = new ArrayList<>();
        private final List<Stored> source = new ArrayList<>();
        private final Set<Stored> known = new HashSet<>();
        private long targetSize;
        private long sourceSize;

        Growing(FrameEncoder encoder) {
            this.encoder = encoder;
        }

        boolean takes(FrameEncoder other, Stored piece, List<Stored> near) {
            var more = near.stream()
                    .filter(old -> !known.contains(old))
                    .mapToLong(Stored::contentSize)
                    .sum();
            return encoder.equals(other)
                    && targetSize + piece.contentSize() <= TARGET
                    && sourceSize + more <= SOURCE
                    && target.size() < MAX_PIECES
                    && source.size() + near.size() <= MAX_PIECES;
        }

        void add(Stored piece, List<Stored> near) {
            target.add(piece);
            targetSize += piece.contentSize();
            for (var old : near) {
                if (known.add(old)) {
                    source.add(old);
                    sourceSize += old.contentSize();
                }
            }
        }

        ResemblanceBatch finish() {
            return new ResemblanceBatch(encoder, target, source);
        }
    }
}
