package io.bascule.imagebuilder.delta;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.read.ErofsExtent;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsWalk;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.payload.Extent;
import io.bascule.payload.Resemblance;
import io.bascule.payload.Resemblance.Stored;
import io.bascule.payload.recompress.FrameEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which files of two EROFS images are versions of one another: those with the same path; else with the same path but for the
 * numbers in it (a kernel's version is in the paths of all its modules), else the same name but for them. Of several the one
 * whose size is closest.
 */
public final class FilePairs {
    private static final Pattern NUMBERS = Pattern.compile("[0-9]+(?:[.][0-9]+)*");

    /** As they are, files are compared in pieces of so many blocks. */
    private static final long PLAIN = 256;

    private final Map<String, StoredFile> byPath = new HashMap<>();
    private final Map<String, List<StoredFile>> byShape = new HashMap<>();
    private final Map<String, List<StoredFile>> byName = new HashMap<>();

    private FilePairs() {}

    /** A regular file. */
    private record StoredFile(String path, long size, List<Stored> parts) {
        String shape() {
            return NUMBERS.matcher(path).replaceAll("#");
        }

        String nameShape() {
            return shape().substring(shape().lastIndexOf('/') + 1);
        }
    }

    /**
     * {@return each file of {@code content} with the old one that it resembles, or with nothing if there is none such}
     *
     * @param encoder that compressed {@code content}
     * @throws io.bascule.partitionlayout.MalformedFormatException if one of them is no EROFS
     */
    public static List<Resemblance> of(BlockDevice old, BlockDevice content, FrameEncoder encoder) throws IOException {
        var pairs = new FilePairs();
        for (var file : files(old)) {
            pairs.byPath.put(file.path(), file);
            pairs.byShape
                    .computeIfAbsent(file.shape(), unused -> new ArrayList<>())
                    .add(file);
            pairs.byName
                    .computeIfAbsent(file.nameShape(), unused -> new ArrayList<>())
                    .add(file);
        }
        return files(content).stream()
                .map(file -> new Resemblance(
                        encoder,
                        file.parts(),
                        pairs.find(file).map(StoredFile::parts).orElse(List.of())))
                .toList();
    }

    private Optional<StoredFile> find(StoredFile file) {
        var same = byPath.get(file.path());
        if (same != null) {
            return Optional.of(same);
        }
        var closest = Comparator.<StoredFile>comparingLong(other -> Math.abs(other.size() - file.size()));
        return byShape.getOrDefault(file.shape(), List.of()).stream()
                .min(closest)
                .or(() -> byName.getOrDefault(file.nameShape(), List.of()).stream()
                        .min(closest));
    }

    /** {@return the files that have blocks of their own, each under the first of its names} */
    private static List<StoredFile> files(BlockDevice image) throws IOException {
        var reader = ErofsReader.open(image);
        var files = new ArrayList<StoredFile>();
        if (reader.superblock().blockBits() != ErofsFormat.BLOCK_BITS) {
            return files;
        }
        var known = new HashSet<Long>();
        ErofsWalk.below(reader, reader.root(), (path, inode) -> {
            if (inode.type() == ErofsFileType.REGULAR && known.add(inode.nid())) {
                var parts = new ArrayList<Stored>();
                reader.extents(inode).forEach(extent -> add(extent, parts));
                if (!parts.isEmpty()) {
                    var name = new StringBuilder();
                    path.forEach(entry -> name.append('/').append(entry.name()));
                    files.add(new StoredFile(name.toString(), inode.size(), parts));
                }
            }
            return true;
        });
        return files;
    }

    private static void add(ErofsExtent extent, List<Stored> parts) {
        if (extent.address() % ErofsFormat.BLOCK != 0) {
            // It shares its block with an inode.
            return;
        }
        var first = extent.address() / ErofsFormat.BLOCK;
        var count = ErofsFormat.blocks(extent.storedLength());
        switch (extent.storage()) {
            case ZSTD -> {
                var content = extent.partial() ? Optional.<Integer>empty() : Optional.of((int) extent.length());
                parts.add(new Stored(new Extent(first, count), content));
            }
            case FLAT, PLAIN, INTERLACED, LZ4, LZMA, DEFLATE -> {
                for (var at = 0L; at < count; at += PLAIN) {
                    var blocks = new Extent(first + at, Math.min(PLAIN, count - at));
                    parts.add(new Stored(blocks, Optional.empty()));
                }
            }
            // These have no blocks of their own.
            case INLINE, HOLE, FRAGMENT -> {}
        }
    }
}
