package io.bascule.payload;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a new content is in the old one: compares blocks of 4096 bytes by their hashes. An unchanged block is taken from
 * its own place, else from behind the block before, else from where it is found first.
 */
final class DeltaPlan {
    private static final Sha256Digest ZEROS = Sha256Digest.ofContent(new byte[PayloadFormat.BLOCK_SIZE]);

    private final List<Piece> pieces = new ArrayList<>();

    private DeltaPlan() {}

    /** Neighbouring blocks of the new content that have one origin. */
    sealed interface Piece {
        Extent destination();

        /** They are in the old content. */
        record Copy(Extent destination, List<Extent> sources) implements Piece {
            public Copy {
                sources = List.copyOf(sources);
            }
        }

        /** They are zero. */
        record Zero(Extent destination) implements Piece {}

        /** They are nowhere. */
        record Changed(Extent destination) implements Piece {}
    }

    /** {@return all blocks of {@code content}, in their order} */
    static List<Piece> of(BlockDevice old, BlockDevice content) throws IOException {
        var oldBlocks = hashes(old);
        var places = new HashMap<Sha256Digest, Integer>();
        for (var i = 0; i < oldBlocks.size(); i++) {
            places.putIfAbsent(oldBlocks.get(i), i);
        }
        var plan = new DeltaPlan();
        var run = new Run();
        var newBlocks = hashes(content);
        for (var i = 0; i < newBlocks.size(); i++) {
            var hash = newBlocks.get(i);
            var kind = hash.equals(ZEROS) ? Kind.ZERO : places.containsKey(hash) ? Kind.COPY : Kind.CHANGED;
            if (run.length > 0 && run.kind != kind) {
                plan.end(run, i);
                run = new Run();
            }
            run.kind = kind;
            run.length++;
            if (kind == Kind.COPY) {
                run.add(source(oldBlocks, places, i, hash, run));
            }
        }
        plan.end(run, newBlocks.size());
        return plan.pieces;
    }

    private static int source(
            List<Sha256Digest> oldBlocks, Map<Sha256Digest, Integer> places, int at, Sha256Digest hash, Run run) {
        if (at < oldBlocks.size() && oldBlocks.get(at).equals(hash)) {
            return at;
        }
        var next = run.nextSource();
        if (next > 0 && next < oldBlocks.size() && oldBlocks.get(next).equals(hash)) {
            return next;
        }
        return places.getOrDefault(hash, 0);
    }

    private void end(Run run, int end) {
        if (run.length == 0) {
            return;
        }
        var destination = new Extent(end - run.length, run.length);
        pieces.add(
                switch (run.kind) {
                    case COPY -> new Piece.Copy(destination, run.sources);
                    case ZERO -> new Piece.Zero(destination);
                    case CHANGED -> new Piece.Changed(destination);
                });
    }

    private static List<Sha256Digest> hashes(BlockDevice device) throws IOException {
        var hashes = new ArrayList<Sha256Digest>();
        var block = new byte[PayloadFormat.BLOCK_SIZE];
        for (var at = 0L; at < device.size().bytes(); at += block.length) {
            device.read(at, ByteBuffer.wrap(block));
            hashes.add(Sha256Digest.ofContent(block));
        }
        return hashes;
    }

    private enum Kind {
        COPY,
        ZERO,
        CHANGED
    }

    /** A piece that grows. */
    private static final class Run {
        private final List<Extent> sources = new ArrayList<>();
        private Kind kind = Kind.CHANGED;
        private int length;

        int nextSource() {
            return sources.isEmpty() ? -1 : (int) sources.getLast().end();
        }

        void add(int block) {
            if (block == nextSource()) {
                var last = sources.removeLast();
                sources.add(new Extent(last.startBlock(), last.blockCount() + 1));
            } else {
                sources.add(new Extent(block, 1));
            }
        }
    }
}
