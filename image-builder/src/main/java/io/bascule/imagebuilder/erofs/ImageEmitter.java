package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes what {@link Layout} planned. The device is all zero before; what stays zero is not written. */
final class ImageEmitter {
    private static final int COPY_SIZE = 1 << 20;
    private static final byte[] NOTHING = {};

    private final Layout layout;
    private final InodeTable inodes;
    private final InodeEncoder encoder;
    private final Spool spool;
    private final BlockDevice image;
    private final Progress progress;

    ImageEmitter(Layout layout, InodeEncoder encoder, Spool spool, BlockDevice image, Progress progress) {
        this.layout = layout;
        this.inodes = layout.inodes();
        this.encoder = encoder;
        this.spool = spool;
        this.image = image;
        this.progress = progress;
    }

    /** Writes everything, the superblock last. */
    void emit(Superblock superblock) throws IOException {
        for (var node : inodes.nodes()) {
            switch (node.inode()) {
                case Inode.Directory directory ->
                    emitFlat(node, new DirectoryBlocks(directory, inodes.parent(node)).encode(this::nid));
                case Inode.Symlink link -> emitFlat(node, link.target().bytes());
                case Inode.Special special -> emitInode(node, InodeEncoder.deviceNumber(special), NOTHING);
                case Inode.RegularFile file -> emitFile(node, layout.contents().of(node.number()));
            }
        }
        image.write(
                layout.xattrBlock() * ErofsFormat.BLOCK,
                ByteBuffer.wrap(layout.xattrs().encodeShared()));
        var firstBlock = new byte[ErofsFormat.BLOCK];
        image.read(0, ByteBuffer.wrap(firstBlock));
        superblock.encodeInto(firstBlock);
        image.write(0, ByteBuffer.wrap(firstBlock));
    }

    private long nid(Inode inode) {
        return layout.placement(inodes.number(inode)).nid();
    }

    private void emitFlat(InodeTable.Node node, byte[] data) throws IOException {
        var placement = layout.placement(node.number());
        var full = data.length - placement.tail();
        image.write(placement.firstBlock() * ErofsFormat.BLOCK, ByteBuffer.wrap(data, 0, full));
        var tail = ByteBuffer.allocate(placement.tail()).put(data, full, placement.tail());
        emitInode(node, location(placement, placement.firstBlock()), tail.array());
    }

    private void emitFile(InodeTable.Node node, StoredContent content) throws IOException {
        var first = content.example() == node.number();
        var block = layout.firstBlock(content);
        switch (content.form()) {
            case StoredContent.Packed packed -> {
                emitInode(node, (int) packed.blocks(), index(node, packed, block));
                if (first) {
                    copy(packed, block);
                }
            }
            case StoredContent.Flat flat -> {
                emitFlatFile(node, content, first);
                if (first && !flat.tried()) {
                    progress.add(content.size());
                }
            }
        }
    }

    private byte[] index(InodeTable.Node node, StoredContent.Packed packed, long block) {
        var placement = layout.placement(node.number());
        var head = placement.coreSize() + layout.xattrs().bodySize(node.inode());
        var padding = (int) ErofsFormat.roundUp(head, 8) - head;
        var index = ByteBuffer.allocate(padding + Math.toIntExact(CompressedIndex.size(placement.size())))
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(padding);
        CompressedIndex.encode(packed, block, index);
        return index.array();
    }

    private void copy(StoredContent.Packed packed, long block) throws IOException {
        var size = packed.blocks() * ErofsFormat.BLOCK;
        for (var at = 0L; at < size; at += COPY_SIZE) {
            var buffer = ByteBuffer.allocate((int) Math.min(COPY_SIZE, size - at));
            spool.read(packed.spoolOffset() + at, buffer);
            image.write(block * ErofsFormat.BLOCK + at, buffer.flip());
        }
    }

    /** @param first whether no file with the same contents was emitted before, so that its blocks are not there yet */
    private void emitFlatFile(InodeTable.Node node, StoredContent content, boolean first) throws IOException {
        var placement = layout.placement(node.number());
        var block = layout.firstBlock(content);
        var full = placement.size() - placement.tail();
        // The file before may have its tail inline, and then a last partial block is still to be written.
        var start = first ? 0 : placement.size() - placement.size() % ErofsFormat.BLOCK;
        try (var in = new ExactInput(content, inodes)) {
            in.skip(start);
            for (var at = start; at < full; at += COPY_SIZE) {
                var bytes = in.read((int) Math.min(COPY_SIZE, full - at));
                image.write(block * ErofsFormat.BLOCK + at, ByteBuffer.wrap(bytes));
            }
            emitInode(node, location(placement, block), in.read(placement.tail()));
        }
    }

    /** @param behind what follows inode and extended attributes: inline data or an index */
    private void emitInode(InodeTable.Node node, int location, byte[] behind) throws IOException {
        var placement = layout.placement(node.number());
        var head = placement.coreSize() + layout.xattrs().bodySize(node.inode());
        var buffer = ByteBuffer.allocate(head + behind.length).order(ByteOrder.LITTLE_ENDIAN);
        encoder.encode(node, placement, location, buffer);
        buffer.put(behind);
        image.write(placement.offset(), buffer.flip());
    }

    private static int location(Layout.Placement placement, long block) {
        return placement.size() == placement.tail() ? ErofsFormat.NO_BLOCK : (int) block;
    }
}
