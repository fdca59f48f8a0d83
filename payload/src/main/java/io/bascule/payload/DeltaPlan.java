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

    private static final int CHANGED = -1;
    private static final int ZERO = -2;

    /** Some operation makes it already. */
    private static final int CLAIMED = -3;

    /** For each new block the old one that is the same, or one of the above. */
    private final int[] origins;

    private DeltaPlan(int[] origins) {
        this.origins = origins;
    }

    /** Blocks and where they come from: as many on both sides, in the same order. */
    record Copy(List<Extent> sources, List<Extent> destinations) {}

    static DeltaPlan of(BlockDevice old, BlockDevice content) throws IOException {
        var oldBlocks = hashes(old);
        var places = new HashMap<Sha256Digest, Integer>();
        for (var i = 0; i < oldBlocks.size(); i++) {
            places.putIfAbsent(oldBlocks.get(i), i);
        }
        var newBlocks = hashes(content);
        var origins = new int[newBlocks.size()];
        for (var i = 0; i < origins.length; i++) {
            var hash = newBlocks.get(i);
            if (hash.equals(ZEROS)) {
                origins[i] = ZERO;
            } else if (places.containsKey(hash)) {
                origins[i] = source(oldBlocks, places, i, hash, i == 0 ? CHANGED : origins[i - 1]);
            } else {
                origins[i] = CHANGED;
            }
        }
        return new DeltaPlan(origins);
    }

    /** @param before where the block before comes from */
    private static int source(
            List<Sha256Digest> oldBlocks, Map<Sha256Digest, Integer> places, int at, Sha256Digest hash, int before) {
        if (at < oldBlocks.size() && oldBlocks.get(at).equals(hash)) {
            return at;
        }
        var next = before + 1;
        if (before >= 0 && next < oldBlocks.size() && oldBlocks.get(next).equals(hash)) {
            return next;
        }
        return places.getOrDefault(hash, CHANGED);
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

    /**
     * Gives blocks to one operation, unless the old content has all of them anyway, or another operation one of them.
     *
     * @return whether they are for it now
     */
    boolean claim(Extent blocks) {
        var changed = false;
        for (var at = (int) blocks.startBlock(); at < blocks.end(); at++) {
            if (origins[at] == CLAIMED) {
                return false;
            }
            changed |= origins[at] == CHANGED;
        }
        if (changed) {
            Extents.forEach(blocks, at -> origins[at] = CLAIMED);
        }
        return changed;
    }

    /** {@return the blocks that are nowhere in the old content and claimed by nobody} */
    List<Extent> changed() {
        return where(CHANGED);
    }

    /** {@return the blocks that are zero and claimed by nobody} */
    List<Extent> zeros() {
        return where(ZERO);
    }

    private List<Extent> where(int origin) {
        var found = new Extents();
        for (var at = 0; at < origins.length; at++) {
            if (origins[at] == origin) {
                found.add(at);
            }
        }
        return found.list();
    }

    /**
     * {@return the blocks that are in the old content and claimed by nobody}
     *
     * @param blocks how many one copy has at most
     * @param extents how many extents one copy has at most, on either side
     */
    List<Copy> copies(int blocks, int extents) {
        var copies = new ArrayList<Copy>();
        var sources = new Extents();
        var destinations = new Extents();
        for (var at = 0; at < origins.length; at++) {
            if (origins[at] < 0) {
                continue;
            }
            if (destinations.blocks() == blocks || destinations.count() == extents || sources.count() == extents) {
                copies.add(new Copy(sources.list(), destinations.list()));
                sources = new Extents();
                destinations = new Extents();
            }
            sources.add(origins[at]);
            destinations.add(at);
        }
        if (destinations.count() > 0) {
            copies.add(new Copy(sources.list(), destinations.list()));
        }
        return copies;
    }
}
