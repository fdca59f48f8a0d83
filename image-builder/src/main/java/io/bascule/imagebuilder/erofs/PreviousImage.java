package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.read.ErofsEntry;
import io.bascule.imagebuilder.erofs.read.ErofsExtent;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where an earlier image has what. Of an image that others made, only what ours could have is of use. */
final class PreviousImage {
    /** Parts of a file larger than this are read in pieces, in bytes. */
    private static final int PIECE = 1 << 20;

    /**
     * Consecutive blocks of a file.
     *
     * @param content of all of them, or nothing if they are not whole blocks of ours
     */
    record Part(long block, int blocks, Digest128 content) {}

    /**
     * An inode.
     *
     * @param offset in bytes from the start of the image
     * @param length with all that follows it and belongs to it, in bytes; 0 if its form is not ours
     * @param parts its own blocks, in the order of the file
     */
    record Place(long offset, long length, List<Part> parts) {}

    private final Map<String, Place> places;
    private final Map<Digest128, List<Long>> contents = new HashMap<>();
    private final BitSet owned = new BitSet();
    private final long xattrBlock;

    private PreviousImage(Map<String, Place> places, long xattrBlock) {
        this.places = places;
        this.xattrBlock = xattrBlock;
        for (var place : places.values()) {
            own(
                    place.offset() / ErofsFormat.BLOCK,
                    (place.offset() + Math.max(1, place.length()) - 1) / ErofsFormat.BLOCK + 1);
            for (var part : place.parts()) {
                own(part.block(), part.block() + part.blocks());
                contents.computeIfAbsent(part.content(), unused -> new ArrayList<>(1))
                        .add(part.block());
            }
        }
    }

    private void own(long from, long to) {
        owned.set(Math.toIntExact(from), Math.toIntExact(to));
    }

    /**
     * Reads an image and all that its files are made of.
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if it is no EROFS, or damaged
     */
    static PreviousImage read(BlockDevice image) throws IOException {
        var reader = ErofsReader.open(image);
        var superblock = reader.superblock();
        if (superblock.blockBits() != ErofsFormat.BLOCK_BITS) {
            // Its blocks cannot be kept, nor its inodes.
            return new PreviousImage(Map.of(), 0);
        }
        var collector = new Collector(reader, image, superblock.metaBlock() == 0);
        collector.add("", reader.root());
        ErofsWalk.below(reader, reader.root(), (path, inode) -> {
            collector.add(key(path), inode);
            return true;
        });
        return new PreviousImage(collector.places, superblock.xattrBlock());
    }

    /** {@return a path as the keys of places have it: a slash before each name, and bytes as ISO 8859-1} */
    private static String key(List<ErofsEntry> path) {
        var text = new StringBuilder();
        for (var entry : path) {
            text.append('/').append(new String(entry.name().bytes(), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private static final class Collector {
        private final ErofsReader reader;
        private final BlockDevice image;
        private final boolean ours;
        private final Map<String, Place> places = new LinkedHashMap<>();
        private final Map<Long, Place> known = new HashMap<>();
        private final Map<Long, Digest128> digests = new HashMap<>();

        Collector(ErofsReader reader, BlockDevice image, boolean ours) {
            this.reader = reader;
            this.image = image;
            this.ours = ours;
        }

        void add(String key, ErofsInode inode) throws IOException {
            var place = known.get(inode.nid());
            if (place == null) {
                place = place(inode);
                known.put(inode.nid(), place);
            }
            places.put(key, place);
        }

        private Place place(ErofsInode inode) throws IOException {
            var parts = new ArrayList<Part>();
            if (hasContents(inode)) {
                for (var extent : reader.extents(inode)) {
                    add(extent, parts);
                }
            }
            return new Place(inode.offset(), ours ? length(inode) : 0, List.copyOf(parts));
        }

        private static boolean hasContents(ErofsInode inode) {
            return switch (inode.type()) {
                case REGULAR, DIRECTORY, SYMLINK -> inode.size() > 0;
                default -> false;
            };
        }

        private static long length(ErofsInode inode) {
            var head = (long) inode.coreSize() + inode.xattrSize();
            if (!hasContents(inode)) {
                // Nothing has looked at its size, which may say anything.
                return head;
            }
            return switch (inode.layout()) {
                case ErofsFormat.LAYOUT_FLAT_PLAIN -> head;
                case ErofsFormat.LAYOUT_FLAT_INLINE -> head + inode.size() % ErofsFormat.BLOCK;
                case ErofsFormat.LAYOUT_COMPRESSED_FULL ->
                    ErofsFormat.roundUp(head, 8) + CompressedIndex.size(inode.size());
                default -> 0;
            };
        }

        private void add(ErofsExtent extent, List<Part> parts) throws IOException {
            switch (extent.storage()) {
                case HOLE, INLINE, FRAGMENT -> {
                    // No blocks of its own.
                }
                case FLAT, PLAIN, INTERLACED, LZ4, LZMA, DEFLATE, ZSTD -> {
                    var first = extent.address() / ErofsFormat.BLOCK;
                    var end = ErofsFormat.blocks(extent.address() + extent.storedLength());
                    parts.add(new Part(first, Math.toIntExact(end - first), digest(first, end)));
                }
            }
        }

        /** Files may share their blocks: each is read once. */
        private Digest128 digest(long first, long end) throws IOException {
            var known = digests.get(first << 32 | end - first);
            if (known != null) {
                return known;
            }
            var sha256 = Digest128.sha256();
            var buffer = ByteBuffer.allocate((int) Math.min(PIECE, (end - first) * ErofsFormat.BLOCK));
            for (var at = first * ErofsFormat.BLOCK; at < end * ErofsFormat.BLOCK; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(PIECE, end * ErofsFormat.BLOCK - at));
                image.read(at, buffer);
                sha256.update(buffer.flip());
            }
            var digest = Digest128.ofFinished(sha256);
            digests.put(first << 32 | end - first, digest);
            return digest;
        }
    }

    /** @param key a slash and a name for each step, in ISO 8859-1; empty for the root */
    Optional<Place> place(String key) {
        return Optional.ofNullable(places.get(key));
    }

    /** {@return the first blocks of all that has such contents} */
    List<Long> blocksOf(Digest128 content) {
        return contents.getOrDefault(content, List.of());
    }

    /** {@return the first block of the shared extended attributes; 0 if there are none} */
    long xattrBlock() {
        return xattrBlock;
    }

    /** {@return whether inodes or files are in one of these blocks} */
    boolean owns(long first, long count) {
        var next = owned.nextSetBit(Math.toIntExact(first));
        return next >= 0 && next < first + count;
    }
}
