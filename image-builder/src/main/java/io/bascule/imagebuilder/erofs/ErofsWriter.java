package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes EROFS images of file trees: 4 KiB blocks, full indexes, extents that start on block boundaries. Equal trees and
 * options give equal bytes, whatever the number of threads and the order in which the tree was put together.
 */
public final class ErofsWriter {
    private ErofsWriter() {}

    /**
     * Writes the image of {@code tree}. Contents are read from several threads, some more than once, and must not change
     * meanwhile. Memory is bounded by a constant for each thread, a few hundred bytes for each inode and 8 bytes for
     * each 4 KiB of the largest file.
     *
     * @param spoolDirectory where a temporary file of up to the size of the image may be made; it is gone afterwards
     * @param output the file to make; it is deleted again if this fails
     * @throws IllegalArgumentException if the tree holds something that EROFS cannot, named by its path
     * @throws IOException if a content cannot be read or has not the size it said, or the image cannot be written
     * @throws java.nio.file.FileAlreadyExistsException if {@code output} is there already
     */
    public static ErofsImage write(
            FileTree tree, ErofsOptions options, Path spoolDirectory, Path output, ErofsProgress listener)
            throws IOException {
        return write(tree, options, List.of(), ResultCache.none(), spoolDirectory, output, listener);
    }

    /**
     * As the other one, and places follow earlier images: what is the same stays where it is in the first of them that has it.
     * The image then depends on these, too, but it holds the same tree.
     *
     * @param previous devices with an EROFS at their start, the closest to this image first; they stay open
     * @param results what was compressed before; the image is the same without it
     * @throws io.bascule.partitionlayout.MalformedFormatException if one of them has no EROFS, or a damaged one
     */
    public static ErofsImage write(
            FileTree tree,
            ErofsOptions options,
            List<BlockDevice> previous,
            ResultCache results,
            Path spoolDirectory,
            Path output,
            ErofsProgress listener)
            throws IOException {
        var hints = new ArrayList<PreviousImage>();
        for (var image : previous) {
            hints.add(PreviousImage.read(image));
        }
        var inodes = InodeTable.of(tree);
        var xattrs = new XattrTable(inodes);
        try (var workers = new Workers(options.threads());
                var spool = new Spool(spoolDirectory)) {
            var contents = ContentCatalog.of(inodes, workers);
            var progress = new Progress(
                    listener,
                    contents.distinct().stream().mapToLong(StoredContent::size).sum());
            var codec = codec(options.compression());
            if (codec != null) {
                var packer = new SegmentPacker(codec, options.compression().encoderId(), results);
                new FilePacker(packer, workers, spool, progress).pack(contents.distinct(), inodes);
            }
            var used = contents.anyPacked() ? codec : null;
            var digests = new UnitDigests(inodes, spool);
            var planner = hints.isEmpty() ? new SequentialPlanner() : new HintedPlanner(inodes, hints, digests);
            var layout = new Layout(inodes, xattrs, contents, Superblock.end(used), planner);
            emit(new Superblock(options, used, layout), spool, output, progress);
            return new ErofsImage(
                    new ByteCount(layout.blocks() * ErofsFormat.BLOCK),
                    inodes.size(),
                    new ByteCount(contents.totalSize()),
                    new ByteCount(layout.places().metadataBlocks() * ErofsFormat.BLOCK),
                    options.compression().encoderId(),
                    hints.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    compare(new ChangeCounter(layout, hints.getFirst(), digests), output, previous)));
        }
    }

    private static Changes compare(ChangeCounter counter, Path output, List<BlockDevice> previous) throws IOException {
        try (var image = FileBlockDevice.openReadOnly(output)) {
            return counter.compare(image, previous.getFirst());
        }
    }

    private static void emit(Superblock superblock, Spool spool, Path output, Progress progress) throws IOException {
        var layout = superblock.layout();
        var encoder = new InodeEncoder(
                layout.xattrs(), superblock.options().buildTime().getEpochSecond());
        var complete = false;
        try (var image = FileBlockDevice.create(output, new ByteCount(layout.blocks() * ErofsFormat.BLOCK))) {
            try {
                new ImageEmitter(layout, encoder, spool, image, progress).emit(superblock);
                complete = true;
            } finally {
                if (!complete) {
                    Files.delete(output);
                }
            }
        }
    }

    private static @Nullable ClusterCodec codec(Compression compression) {
        return switch (compression) {
            case Compression.None none -> null;
            case Compression.Zstd zstd ->
                new ClusterCodec.Zstd(zstd.level(), (int) zstd.extent().bytes());
            case Compression.Lz4Hc lz4 ->
                new ClusterCodec.Lz4Hc(lz4.level(), (int) lz4.extent().bytes());
            case Compression.Lzma lzma ->
                new ClusterCodec.Lzma(lzma.level(), (int) lzma.extent().bytes());
        };
    }
}
