package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** An image as it will be: the form of each inode, and where it, its blocks and each content goes. */
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

        /** {@return how many blocks flat bytes take} */
        long flatBlocks() {
            return ErofsFormat.blocks(size - tail());
        }

        private Placement at(long newOffset, long block) {
            return new Placement(newOffset, extended, dataLayout, size, block);
        }

        int coreSize() {
            return extended ? ErofsFormat.EXTENDED_INODE_SIZE : ErofsFormat.COMPACT_INODE_SIZE;
        }
    }

    private static final long[] NO_BLOCKS = {};

    private final InodeTable inodes;
    private final XattrTable xattrs;
    private final ContentCatalog contents;
    private final List<Placement> placements = new ArrayList<>();
    private final Demand demand;
    private final Places places;

    /** @param metadataStart the first byte behind superblock and compression configuration */
    Layout(InodeTable inodes, XattrTable xattrs, ContentCatalog contents, long metadataStart, Places.Planner planner)
            throws IOException {
        this.inodes = inodes;
        this.xattrs = xattrs;
        this.contents = contents;
        for (var node : inodes.nodes()) {
            placements.add(form(node));
        }
        demand = new Demand(
                metadataStart,
                inodes.nodes().stream().map(this::demandOf).toList(),
                ErofsFormat.blocks(xattrs.sharedSize()),
                demandOfContents());
        places = planner.plan(demand);
        for (var number = 0; number < placements.size(); number++) {
            placements.set(
                    number,
                    placements
                            .get(number)
                            .at(
                                    places.inodes().get(number),
                                    places.inodeBlocks().getOrDefault(number, 0L)));
        }
        if (places.blocks() > ErofsFormat.MAX_BLOCKS) {
            throw new IllegalArgumentException(
                    "the tree needs " + places.blocks() + " blocks, 2^32 - 1 fit into an image");
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

    /** {@return the first block of each unit of a content} */
    long[] unitBlocks(StoredContent content) {
        return places.contents().getOrDefault(content, NO_BLOCKS);
    }

    /** {@return where the blocks of flat contents begin; 0 if there are none} */
    long firstBlock(StoredContent content) {
        var units = unitBlocks(content);
        return units.length == 0 ? 0 : units[0];
    }

    /** {@return the first block of the shared extended attributes; 0 if there are none} */
    long xattrBlock() {
        return xattrs.sharedSize() == 0 ? 0 : places.xattrBlock();
    }

    Demand demand() {
        return demand;
    }

    Places places() {
        return places;
    }

    /** {@return the size of the image in blocks} */
    long blocks() {
        return places.blocks();
    }

    /** {@return the form of an inode that has no place yet} */
    private Placement form(InodeTable.Node node) {
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
        var form = new Placement(0, extended, ErofsFormat.LAYOUT_FLAT_PLAIN, size, 0);
        if (isPacked(node)) {
            return new Placement(0, extended, ErofsFormat.LAYOUT_COMPRESSED_FULL, size, 0);
        }
        var tail = (int) (size % ErofsFormat.BLOCK);
        return tail != 0 && headSize(node, form) + tail <= ErofsFormat.BLOCK
                ? new Placement(0, extended, ErofsFormat.LAYOUT_FLAT_INLINE, size, 0)
                : form;
    }

    private boolean isPacked(InodeTable.Node node) {
        return node.inode() instanceof Inode.RegularFile
                && contents.of(node.number()).form() instanceof StoredContent.Packed;
    }

    private int headSize(InodeTable.Node node, Placement form) {
        return form.coreSize() + xattrs.bodySize(node.inode());
    }

    private Demand.ForInode demandOf(InodeTable.Node node) {
        var form = placements.get(node.number());
        var head = headSize(node, form);
        return switch (form.dataLayout()) {
            case ErofsFormat.LAYOUT_COMPRESSED_FULL ->
                new Demand.ForInode(
                        Math.toIntExact(ErofsFormat.roundUp(head, 8) + CompressedIndex.size(form.size())), false, 0);
            case ErofsFormat.LAYOUT_FLAT_INLINE -> new Demand.ForInode(head + form.tail(), true, ownBlocks(node, form));
            default -> new Demand.ForInode(head, false, ownBlocks(node, form));
        };
    }

    private static long ownBlocks(InodeTable.Node node, Placement form) {
        return node.inode() instanceof Inode.RegularFile ? 0 : form.flatBlocks();
    }

    private List<Demand.ForContent> demandOfContents() {
        var flat = new HashMap<StoredContent, Long>();
        for (var node : inodes.nodes()) {
            if (node.inode() instanceof Inode.RegularFile) {
                // Files that share contents may differ in whether the end is inline: the most any of them needs.
                flat.merge(
                        contents.of(node.number()),
                        placements.get(node.number()).flatBlocks(),
                        Math::max);
            }
        }
        return contents.distinct().stream()
                .map(content -> switch (content.form()) {
                    case StoredContent.Packed packed -> new Demand.ForContent(content, packed.units());
                    case StoredContent.Flat unused -> {
                        var blocks = Math.toIntExact(flat.getOrDefault(content, 0L));
                        yield new Demand.ForContent(content, blocks == 0 ? List.of() : List.of(blocks));
                    }
                })
                .toList();
    }
}
