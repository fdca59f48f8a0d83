package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The plan of an image: where each inode and each content goes. From the start: superblock, inodes (the root first,
 * because its nid has sixteen bits), shared extended attributes, directories, files.
 */
final class Layout {
    /**
     * Where an inode is and in which form.
     *
     * @param offset in bytes from the start of the image
     * @param extended whether it needs the long form
     * @param dataLayout one of {@code ErofsFormat.LAYOUT_*}
     * @param size i_size
     * @param firstBlock of directories and symbolic links with blocks of their own
     */
    record Placement(long offset, boolean extended, int dataLayout, long size, long firstBlock) {
        long nid() {
            return offset / ErofsFormat.INODE_SLOT;
        }

        /** {@return how many of the bytes are inline} */
        int tail() {
            return dataLayout == ErofsFormat.LAYOUT_FLAT_INLINE ? (int) (size % ErofsFormat.BLOCK) : 0;
        }

        private Placement withFirstBlock(long block) {
            return new Placement(offset, extended, dataLayout, size, block);
        }

        int coreSize() {
            return extended ? ErofsFormat.EXTENDED_INODE_SIZE : ErofsFormat.COMPACT_INODE_SIZE;
        }
    }

    private final InodeTable inodes;
    private final XattrTable xattrs;
    private final ContentCatalog contents;
    private final List<Placement> placements = new ArrayList<>();
    private final Map<StoredContent, Long> firstBlocks = new HashMap<>();
    private final long metadataEnd;
    private final long xattrBlock;
    private long blocks;

    /** @param metadataStart the first byte behind superblock and compression configuration */
    Layout(InodeTable inodes, XattrTable xattrs, ContentCatalog contents, long metadataStart) {
        this.inodes = inodes;
        this.xattrs = xattrs;
        this.contents = contents;
        var allocator = new MetadataAllocator(metadataStart);
        for (var node : inodes.nodes()) {
            placements.add(place(node, allocator));
        }
        metadataEnd = allocator.end();
        blocks = ErofsFormat.blocks(metadataEnd);
        xattrBlock = take(ErofsFormat.blocks(xattrs.sharedSize()));
        placeBlocks();
        if (blocks > ErofsFormat.MAX_BLOCKS) {
            throw new IllegalArgumentException("the tree needs " + blocks + " blocks, 2^32 - 1 fit into an image");
        }
    }

    InodeTable inodes() {
        return inodes;
    }

    XattrTable xattrs() {
        return xattrs;
    }

    ContentCatalog contents() {
        return contents;
    }

    Placement placement(int number) {
        return placements.get(number);
    }

    /** {@return where the blocks of a content begin} */
    long firstBlock(StoredContent content) {
        return firstBlocks.getOrDefault(content, 0L);
    }

    /** {@return the first block of the shared extended attributes; 0 if there are none} */
    long xattrBlock() {
        return xattrs.sharedSize() == 0 ? 0 : xattrBlock;
    }

    long metadataEnd() {
        return metadataEnd;
    }

    /** {@return the size of the image in blocks} */
    long blocks() {
        return blocks;
    }

    private Placement place(InodeTable.Node node, MetadataAllocator allocator) {
        var inode = node.inode();
        var attributes = inode.attributes();
        var size = switch (inode) {
            case Inode.Directory directory -> new DirectoryBlocks(directory, inodes.parent(node)).size();
            case Inode.RegularFile file -> contents.of(node.number()).size();
            case Inode.Symlink link -> link.target().length();
            case Inode.Special special -> 0;
        };
        var extended =
                size > 0xFFFF_FFFFL || attributes.uid() > 0xFFFF || attributes.gid() > 0xFFFF || node.links() > 0xFFFF;
        var head =
                (extended ? ErofsFormat.EXTENDED_INODE_SIZE : ErofsFormat.COMPACT_INODE_SIZE) + xattrs.bodySize(inode);
        if (inode instanceof Inode.RegularFile && contents.of(node.number()).form() instanceof StoredContent.Packed) {
            var length = Math.toIntExact(ErofsFormat.roundUp(head, 8) + CompressedIndex.size(size));
            var offset = allocator.allocate(length, false);
            return new Placement(offset, extended, ErofsFormat.LAYOUT_COMPRESSED_FULL, size, 0);
        }
        var tail = (int) (size % ErofsFormat.BLOCK);
        if (tail != 0 && head + tail <= ErofsFormat.BLOCK) {
            var offset = allocator.allocate(head + tail, true);
            return new Placement(offset, extended, ErofsFormat.LAYOUT_FLAT_INLINE, size, 0);
        }
        return new Placement(allocator.allocate(head, false), extended, ErofsFormat.LAYOUT_FLAT_PLAIN, size, 0);
    }

    private void placeBlocks() {
        var needed = new HashMap<StoredContent, Long>();
        for (var node : inodes.nodes()) {
            var placement = placements.get(node.number());
            var flat = (placement.size() - placement.tail() + ErofsFormat.BLOCK - 1) / ErofsFormat.BLOCK;
            if (node.inode() instanceof Inode.RegularFile) {
                // Files that share contents may differ in whether the end is inline: the most any of them needs.
                var content = contents.of(node.number());
                var count = content.form() instanceof StoredContent.Packed packed ? packed.blocks() : flat;
                needed.merge(content, count, Math::max);
            } else {
                placements.set(node.number(), placement.withFirstBlock(take(flat)));
            }
        }
        for (var content : contents.distinct()) {
            firstBlocks.put(content, take(needed.getOrDefault(content, 0L)));
        }
    }

    private long take(long count) {
        var first = blocks;
        blocks += count;
        return first;
    }
}
