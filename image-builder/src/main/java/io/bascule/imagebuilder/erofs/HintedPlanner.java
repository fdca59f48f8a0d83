package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what earlier images have where it is: an inode whose room suffices, and blocks that are the same, first those of the
 * same path, then those of any. What changed goes where it was before, then into room that became free, then to the end. So
 * few blocks differ from the earlier image, and they differ because something in them does.
 *
 * <p>The images come in the order of their weight: what the first one says goes before what the second one says.
 */
final class HintedPlanner implements Places.Planner {
    private static final int SLOTS_PER_BLOCK = ErofsFormat.BLOCK / ErofsFormat.INODE_SLOT;
    private static final long NOWHERE = -1;

    private final List<PreviousImage> previous;
    private final UnitDigests digests;
    private final String[] keys;

    private final BlockMap blocks = new BlockMap();
    private final BitSet slots = new BitSet();
    private final BitSet metadata = new BitSet();

    HintedPlanner(InodeTable inodes, List<PreviousImage> previous, UnitDigests digests) {
        this.previous = previous;
        this.digests = digests;
        this.keys = new String[inodes.size()];
        for (var node : inodes.nodes()) {
            keys[node.number()] = node.number() == 0
                    ? ""
                    : keys[node.parent()] + "/" + new String(node.name().bytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public Places plan(Demand demand) throws IOException {
        var start = (int) ErofsFormat.roundUp(demand.metadataStart(), ErofsFormat.INODE_SLOT);
        claimSlots(0, start / ErofsFormat.INODE_SLOT);

        var offsets = new long[demand.inodes().size()];
        Arrays.fill(offsets, NOWHERE);
        var xattrBlock = NOWHERE;
        for (var image : previous) {
            keepInodes(image, demand.inodes(), offsets);
        }
        for (var image : previous) {
            xattrBlock = xattrBlock == NOWHERE ? keepXattrs(image, demand.xattrBlocks()) : xattrBlock;
        }
        var contents = new HashMap<StoredContent, long[]>();
        for (var wanted : demand.contents()) {
            var units = new long[wanted.units().size()];
            Arrays.fill(units, NOWHERE);
            contents.put(wanted.content(), units);
        }
        keepContents(demand.contents(), contents);
        var inodeBlocks = new HashMap<Integer, Long>();
        for (var image : previous) {
            keepInodeBlocks(image, demand.inodes(), inodeBlocks);
        }
        replaceContents(demand.contents(), contents);

        placeInodes(demand.inodes(), offsets);
        xattrBlock = xattrBlock == NOWHERE && demand.xattrBlocks() > 0 ? blocks.take(demand.xattrBlocks()) : xattrBlock;
        for (var number = 0; number < offsets.length; number++) {
            var count = demand.inodes().get(number).blocks();
            if (count > 0 && !inodeBlocks.containsKey(number)) {
                inodeBlocks.put(number, blocks.take(count));
            }
        }
        for (var wanted : demand.contents()) {
            placeRest(wanted, contents.getOrDefault(wanted.content(), new long[0]));
        }
        return new Places(
                Arrays.stream(offsets).boxed().toList(),
                inodeBlocks,
                Math.max(0, xattrBlock),
                contents,
                metadata.cardinality(),
                blocks.end());
    }

    /** An inode stays if its room suffices. */
    private void keepInodes(PreviousImage image, List<Demand.ForInode> demands, long[] offsets) {
        for (var number = 0; number < offsets.length; number++) {
            var place = image.place(keys[number]);
            if (offsets[number] != NOWHERE || place.isEmpty()) {
                continue;
            }
            var wanted = demands.get(number);
            var offset = place.get().offset();
            var room = ErofsFormat.roundUp(place.get().length(), ErofsFormat.INODE_SLOT);
            var crosses = offset / ErofsFormat.BLOCK != (offset + wanted.length() - 1) / ErofsFormat.BLOCK;
            if (wanted.length() <= room
                    && !(wanted.withinBlock() && crosses)
                    && claimSlots(offset / ErofsFormat.INODE_SLOT, slotsOf(wanted.length()))) {
                offsets[number] = offset;
            }
        }
    }

    private static int slotsOf(int length) {
        return (int) (ErofsFormat.roundUp(length, ErofsFormat.INODE_SLOT) / ErofsFormat.INODE_SLOT);
    }

    private boolean claimSlots(long first, int count) {
        var next = slots.nextSetBit(Math.toIntExact(first));
        if (next >= 0 && next < first + count) {
            return false;
        }
        var firstBlock = first / SLOTS_PER_BLOCK;
        var endBlock = (first + count - 1) / SLOTS_PER_BLOCK + 1;
        for (var block = firstBlock; block < endBlock; block++) {
            if (!metadata.get((int) block) && !blocks.isFree(block, 1)) {
                return false;
            }
        }
        slots.set((int) first, (int) first + count);
        for (var block = firstBlock; block < endBlock; block++) {
            metadata.set((int) block);
            blocks.claim(block, 1);
        }
        return true;
    }

    private long keepXattrs(PreviousImage image, long count) {
        var first = image.xattrBlock();
        return count > 0 && first > 0 && !image.owns(first, count) && blocks.claim(first, count) ? first : NOWHERE;
    }

    /** Blocks that are the same stay: those of the same path first, so that no other file takes them away. */
    private void keepContents(List<Demand.ForContent> demands, Map<StoredContent, long[]> contents) throws IOException {
        for (var image : previous) {
            for (var wanted : demands) {
                var place = image.place(keys[wanted.content().example()]);
                if (place.isPresent()) {
                    keepOwn(wanted, place.get(), units(contents, wanted));
                }
            }
        }
        for (var image : previous) {
            for (var wanted : demands) {
                var units = units(contents, wanted);
                for (var unit = 0; unit < units.length; unit++) {
                    if (units[unit] == NOWHERE) {
                        units[unit] = claimAny(
                                image.blocksOf(digests.of(wanted, unit)),
                                wanted.units().get(unit));
                    }
                }
            }
        }
    }

    private static long[] units(Map<StoredContent, long[]> contents, Demand.ForContent wanted) {
        return contents.getOrDefault(wanted.content(), new long[0]);
    }

    private void keepOwn(Demand.ForContent wanted, PreviousImage.Place place, long[] units) throws IOException {
        for (var unit = 0; unit < units.length; unit++) {
            if (units[unit] != NOWHERE) {
                continue;
            }
            var content = digests.of(wanted, unit);
            for (var part : place.parts()) {
                if (part.content().equals(content)
                        && part.blocks() == wanted.units().get(unit)
                        && blocks.claim(part.block(), part.blocks())) {
                    units[unit] = part.block();
                    break;
                }
            }
        }
    }

    private long claimAny(List<Long> candidates, int count) {
        for (var first : candidates) {
            if (blocks.claim(first, count)) {
                return first;
            }
        }
        return NOWHERE;
    }

    /** Directories stay where they are, whatever becomes of their names. */
    private void keepInodeBlocks(PreviousImage image, List<Demand.ForInode> demands, Map<Integer, Long> inodeBlocks) {
        for (var number = 0; number < keys.length; number++) {
            var count = demands.get(number).blocks();
            var place = image.place(keys[number]);
            if (count == 0 || inodeBlocks.containsKey(number) || place.isEmpty()) {
                continue;
            }
            var parts = place.get().parts();
            if (parts.size() == 1
                    && parts.getFirst().blocks() >= count
                    && blocks.claim(parts.getFirst().block(), count)) {
                inodeBlocks.put(number, parts.getFirst().block());
            }
        }
    }

    /** What changed goes where the file has been, as far as there is room. */
    private void replaceContents(List<Demand.ForContent> demands, Map<StoredContent, long[]> contents) {
        for (var image : previous) {
            for (var wanted : demands) {
                var place = image.place(keys[wanted.content().example()]);
                if (place.isPresent()) {
                    replace(wanted, place.get(), units(contents, wanted));
                }
            }
        }
    }

    private void replace(Demand.ForContent wanted, PreviousImage.Place place, long[] units) {
        for (var unit = 0; unit < units.length; unit++) {
            if (units[unit] == NOWHERE) {
                units[unit] = room(place.parts(), wanted.units().get(unit));
            }
        }
    }

    /** {@return the first of {@code count} free blocks that all were the file's} */
    private long room(List<PreviousImage.Part> parts, int count) {
        for (var number = 0; number < parts.size(); number++) {
            var first = parts.get(number).block();
            var end = first;
            for (var next = number;
                    next < parts.size() && parts.get(next).block() == end && end - first < count;
                    next++) {
                end += parts.get(next).blocks();
            }
            // A part that was kept may stand before free room, and free room may begin inside a part.
            for (var at = first; at + count <= end; at++) {
                if (blocks.claim(at, count)) {
                    return at;
                }
            }
        }
        return NOWHERE;
    }

    /** Inodes that have no place yet go into gaps between others, the smallest that suffice, and into blocks of their own. */
    private void placeInodes(List<Demand.ForInode> demands, long[] offsets) {
        var gaps = new MetadataGaps();
        for (var block = metadata.nextSetBit(0); block >= 0; block = metadata.nextSetBit(block + 1)) {
            var end = (block + 1) * SLOTS_PER_BLOCK;
            for (var at = slots.nextClearBit(block * SLOTS_PER_BLOCK); at < end; ) {
                var used = slots.nextSetBit(at);
                var gapEnd = used < 0 ? end : Math.min(used, end);
                gaps.add(at, gapEnd - at);
                at = slots.nextClearBit(gapEnd);
            }
        }
        for (var number = 0; number < offsets.length; number++) {
            if (offsets[number] == NOWHERE) {
                offsets[number] = place(demands.get(number), gaps, number == 0) * ErofsFormat.INODE_SLOT;
            }
        }
    }

    private long place(Demand.ForInode wanted, MetadataGaps gaps, boolean root) {
        var count = slotsOf(wanted.length());
        var found = root ? gaps.takeFirst(count) : gaps.takeBest(count);
        if (found >= 0) {
            return found;
        }
        var needed = ErofsFormat.blocks(wanted.length());
        var first = blocks.take(needed);
        metadata.set(Math.toIntExact(first), Math.toIntExact(first + needed));
        var at = first * SLOTS_PER_BLOCK;
        gaps.add(at + count, (int) (needed * SLOTS_PER_BLOCK) - count);
        return at;
    }

    /** Consecutive units that are left go together where they fit, so that a file is read in one go. */
    private void placeRest(Demand.ForContent wanted, long[] units) {
        var sizes = wanted.units();
        for (var unit = 0; unit < units.length; unit++) {
            if (units[unit] != NOWHERE) {
                continue;
            }
            var count = 0L;
            for (var next = unit; next < units.length && units[next] == NOWHERE; next++) {
                count += sizes.get(next);
            }
            var at = blocks.takeHole(count);
            if (at < 0) {
                // Rather in pieces than a larger image.
                units[unit] = blocks.take(sizes.get(unit));
                continue;
            }
            for (var next = unit; next < units.length && units[next] == NOWHERE; next++) {
                units[next] = at;
                at += sizes.get(next);
            }
        }
    }
}
