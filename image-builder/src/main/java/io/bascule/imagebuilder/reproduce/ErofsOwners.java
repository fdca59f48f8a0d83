package io.bascule.imagebuilder.reproduce;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.read.ErofsEntry;
import io.bascule.imagebuilder.erofs.read.ErofsExtent;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.partitionlayout.BlockDevice;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who owns a byte of an EROFS: goes through all inodes, and takes the first that claims it. */
final class ErofsOwners {
    /** Map header and gap in front of the entries. */
    private static final long FULL_INDEX_HEAD = ErofsFormat.MAP_HEADER_SIZE + ErofsFormat.FULL_INDEX_GAP;

    private final ErofsReader reader;
    private final long offset;
    private final long sharedXattrs;
    private long firstInode = Long.MAX_VALUE;
    /** Of all that inodes own behind the beginning of the shared attributes: where the first begins. */
    private long behindSharedXattrs = Long.MAX_VALUE;

    private @Nullable Owner found;

    private ErofsOwners(ErofsReader reader, long offset) {
        this.reader = reader;
        this.offset = offset;
        var superblock = reader.superblock();
        this.sharedXattrs = superblock.xattrBlock() << superblock.blockBits();
    }

    static Owner find(BlockDevice image, long offset) throws IOException {
        return new ErofsOwners(ErofsReader.open(image), offset).find();
    }

    /**
     * {@return {@code owner}, which is compressed data, with the first byte that is different in the file, or said to be of the
     * same contents}
     */
    static Owner refine(Owner owner, BlockDevice first, BlockDevice second) throws IOException {
        if (owner.kind() != Owner.Kind.EROFS_DATA || owner.length() == 1) {
            return owner;
        }
        var path = owner.name().getBytes(StandardCharsets.UTF_8);
        var before = ErofsReader.open(first);
        var after = ErofsReader.open(second);
        var file = ErofsPath.find(before, path, false);
        var other = ErofsPath.find(after, path, false);
        if (file.isEmpty()
                || other.isEmpty()
                || file.get().inode().type() != ErofsFileType.REGULAR
                || other.get().inode().type() != ErofsFileType.REGULAR) {
            return owner;
        }
        try (var one = new BufferedInputStream(before.open(file.get().inode()));
                var two = new BufferedInputStream(after.open(other.get().inode()))) {
            var at = mismatch(one, two);
            return at < 0
                    ? new Owner(Owner.Kind.EROFS_COMPRESSION, owner.name(), owner.offset(), owner.length())
                    : Owner.of(Owner.Kind.EROFS_DATA, owner.name(), at);
        }
    }

    private static long mismatch(InputStream one, InputStream two) throws IOException {
        for (var at = 0L; ; at++) {
            var left = one.read();
            if (left != two.read()) {
                return at;
            }
            if (left < 0) {
                return -1;
            }
        }
    }

    private Owner find() throws IOException {
        var superblock = (long) ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SUPERBLOCK_SIZE;
        if (offset < superblock) {
            return Owner.of(Owner.Kind.EROFS_SUPERBLOCK, "", offset - ErofsFormat.SUPERBLOCK_OFFSET);
        }
        if (offset >= reader.superblock().size().bytes()) {
            return Owner.of(Owner.Kind.EROFS_UNUSED, "", offset);
        }
        var root = reader.root();
        look(List.of(), root);
        ErofsWalk.below(reader, root, (path, inode) -> {
            look(path, inode);
            return found == null;
        });
        if (found != null) {
            return found;
        }
        if (sharedXattrs > 0 && offset >= sharedXattrs && offset < behindSharedXattrs) {
            return Owner.of(Owner.Kind.EROFS_SHARED_XATTRS, "", offset - sharedXattrs);
        }
        return offset < firstInode
                ? Owner.of(Owner.Kind.EROFS_CONFIGURATION, "", offset)
                : Owner.of(Owner.Kind.EROFS_UNUSED, "", offset);
    }

    private void look(List<ErofsEntry> path, ErofsInode inode) throws IOException {
        if (found != null) {
            return;
        }
        firstInode = Math.min(firstInode, inode.offset());
        claim(Owner.Kind.EROFS_INODE, path, inode.offset(), inode.coreSize(), 0);
        var xattrs = inode.offset() + inode.coreSize();
        claim(Owner.Kind.EROFS_XATTRS, path, xattrs, inode.xattrSize(), 0);
        switch (inode.type()) {
            case REGULAR -> {
                claimIndex(path, inode, xattrs + inode.xattrSize());
                claimExtents(Owner.Kind.EROFS_DATA, path, inode);
            }
            case DIRECTORY -> claimExtents(Owner.Kind.EROFS_DIRECTORY, path, inode);
            case SYMLINK -> claimExtents(Owner.Kind.EROFS_LINK, path, inode);
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {}
        }
    }

    private void claimIndex(List<ErofsEntry> path, ErofsInode inode, long end) {
        if (inode.layout() == ErofsFormat.LAYOUT_COMPRESSED_FULL) {
            var start = ErofsFormat.roundUp(end, Long.BYTES);
            var clusters = Math.ceilDiv(inode.size(), reader.superblock().blockSize());
            claim(Owner.Kind.EROFS_INDEX, path, start, FULL_INDEX_HEAD + ErofsFormat.INDEX_ENTRY_SIZE * clusters, 0);
        }
    }

    private void claimExtents(Owner.Kind kind, List<ErofsEntry> path, ErofsInode inode) throws IOException {
        for (var extent : reader.extents(inode)) {
            if (found != null) {
                return;
            }
            claim(kind, path, extent);
        }
    }

    private void claim(Owner.Kind kind, List<ErofsEntry> path, ErofsExtent extent) {
        switch (extent.storage()) {
            case FLAT, INLINE, PLAIN -> claim(kind, path, extent.address(), extent.storedLength(), extent.fileOffset());
            case INTERLACED, LZ4, LZMA, DEFLATE, ZSTD -> {
                claim(kind, path, extent.address(), extent.storedLength(), extent.fileOffset());
                if (found != null) {
                    found = new Owner(kind, found.name(), extent.fileOffset(), extent.length());
                }
            }
            case HOLE, FRAGMENT -> {}
        }
    }

    /** @param base what the first byte of the range counts as */
    private void claim(Owner.Kind kind, List<ErofsEntry> path, long start, long length, long base) {
        if (length > 0 && start > sharedXattrs) {
            behindSharedXattrs = Math.min(behindSharedXattrs, start);
        }
        if (found == null && offset >= start && offset < start + length) {
            found = Owner.of(kind, text(path), base + offset - start);
        }
    }

    private static String text(List<ErofsEntry> path) {
        return "/" + path.stream().map(entry -> entry.name().toString()).collect(Collectors.joining("/"));
    }
}
