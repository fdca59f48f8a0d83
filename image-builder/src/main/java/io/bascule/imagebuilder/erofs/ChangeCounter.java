package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Compares an image with the earlier one that it follows. */
final class ChangeCounter {
    private static final int PIECE = 256;

    private final BitSet contents = new BitSet();
    private final BitSet moved = new BitSet();
    private final BitSet metadata = new BitSet();

    ChangeCounter(Layout layout, PreviousImage previous, UnitDigests digests) throws IOException {
        var places = layout.places();
        metadata.set(0);
        for (var number = 0; number < layout.inodes().size(); number++) {
            var inode = layout.demand().inodes().get(number);
            add(metadata, places.inodes().get(number), inode.length());
            if (inode.blocks() > 0) {
                var first = layout.placement(number).firstBlock();
                add(metadata, first * ErofsFormat.BLOCK, inode.blocks() * ErofsFormat.BLOCK);
            }
        }
        add(metadata, layout.xattrBlock() * ErofsFormat.BLOCK, layout.xattrs().sharedSize());
        for (var wanted : layout.demand().contents()) {
            var blocks = layout.unitBlocks(wanted.content());
            for (var unit = 0; unit < blocks.length; unit++) {
                var known = !previous.blocksOf(digests.of(wanted, unit)).isEmpty();
                add(
                        known ? moved : contents,
                        blocks[unit] * ErofsFormat.BLOCK,
                        (long) wanted.units().get(unit) * ErofsFormat.BLOCK);
            }
        }
    }

    private static void add(BitSet set, long offset, long length) {
        if (length > 0) {
            set.set((int) (offset / ErofsFormat.BLOCK), (int) ((offset + length - 1) / ErofsFormat.BLOCK) + 1);
        }
    }

    Changes compare(BlockDevice image, BlockDevice previous) throws IOException {
        var blocks = image.size().bytes() / ErofsFormat.BLOCK;
        var before = previous.size().bytes() / ErofsFormat.BLOCK;
        var changed = new BitSet();
        changed.set((int) Math.min(blocks, before), (int) blocks);
        var here = ByteBuffer.allocate(PIECE * ErofsFormat.BLOCK);
        var there = ByteBuffer.allocate(PIECE * ErofsFormat.BLOCK);
        for (var at = 0L; at < Math.min(blocks, before); at += PIECE) {
            var count = (int) Math.min(PIECE, Math.min(blocks, before) - at);
            image.read(at * ErofsFormat.BLOCK, here.clear().limit(count * ErofsFormat.BLOCK));
            previous.read(at * ErofsFormat.BLOCK, there.clear().limit(count * ErofsFormat.BLOCK));
            for (var i = 0; i < count; i++) {
                var start = i * ErofsFormat.BLOCK;
                if (here.slice(start, ErofsFormat.BLOCK).mismatch(there.slice(start, ErofsFormat.BLOCK)) >= 0) {
                    changed.set((int) at + i);
                }
            }
        }
        var inContents = count(changed, contents);
        var inMoved = count(changed, moved);
        var inMetadata = count(changed, metadata);
        var used = (BitSet) contents.clone();
        used.or(moved);
        used.or(metadata);
        return new Changes(
                changed.cardinality(),
                inContents,
                inMoved,
                inMetadata,
                changed.cardinality() - inContents - inMoved - inMetadata,
                blocks - used.cardinality());
    }

    private static long count(BitSet one, BitSet other) {
        var both = (BitSet) one.clone();
        both.and(other);
        return both.cardinality();
    }
}
