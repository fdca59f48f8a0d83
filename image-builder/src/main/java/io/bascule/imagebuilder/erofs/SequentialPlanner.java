package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.util.HashMap;

/** One after the other: inodes (the root first, because its nid has sixteen bits), shared extended attributes, directories, files. */
final class SequentialPlanner implements Places.Planner {
    private long blocks;

    @Override
    public Places plan(Demand demand) {
        var allocator = new MetadataAllocator(demand.metadataStart());
        var inodes = demand.inodes().stream()
                .map(inode -> allocator.allocate(inode.length(), inode.withinBlock()))
                .toList();
        blocks = ErofsFormat.blocks(allocator.end());
        var metadataBlocks = blocks;
        var xattrBlock = take(demand.xattrBlocks());
        var inodeBlocks = new HashMap<Integer, Long>();
        for (var number = 0; number < inodes.size(); number++) {
            var count = demand.inodes().get(number).blocks();
            if (count > 0) {
                inodeBlocks.put(number, take(count));
            }
        }
        var contents = new HashMap<StoredContent, long[]>();
        for (var wanted : demand.contents()) {
            contents.put(
                    wanted.content(),
                    wanted.units().stream().mapToLong(this::take).toArray());
        }
        return new Places(inodes, inodeBlocks, xattrBlock, contents, metadataBlocks, blocks);
    }

    private long take(long count) {
        var first = blocks;
        blocks += count;
        return first;
    }
}
