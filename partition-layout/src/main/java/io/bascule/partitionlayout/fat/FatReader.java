package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A FAT16 or FAT32 volume, for reading. It takes nothing on trust: whatever the bytes are, reading ends, needs little
 * memory, and gives contents or a {@link MalformedFormatException}. Not for use by several threads at once.
 */
public final class FatReader {
    private static final FatEntry ROOT_OF_FAT16 = new FatEntry("", "", true, 0, 0);

    private final BlockDevice volume;
    private final BootSectorDecoder.Volume boot;
    private final FatGeometry geometry;
    private final ClusterTable table;

    private FatReader(BlockDevice volume, BootSectorDecoder.Volume boot) {
        this.volume = volume;
        this.boot = boot;
        this.geometry = boot.geometry();
        this.table = new ClusterTable(volume, geometry);
    }

    /**
     * Looks at the boot sector.
     *
     * @param volume the partition; the reader does not close it
     * @throws MalformedFormatException if it holds no FAT16 or FAT32
     */
    public static FatReader open(BlockDevice volume) throws IOException {
        if (volume.size().bytes() < FatFormat.BOOT_SIZE) {
            throw new MalformedFormatException(
                    "FAT boot sector",
                    "device",
                    0,
                    "it has only " + volume.size().bytes() + " bytes");
        }
        var sector = ByteBuffer.allocate(FatFormat.BOOT_SIZE);
        volume.read(0, sector);
        return new FatReader(
                volume, BootSectorDecoder.decode(sector, volume.size().bytes()));
    }

    public FatType type() {
        return geometry.type();
    }

    /** {@return the serial number} */
    public int volumeId() {
        return boot.volumeId();
    }

    /** {@return the label: the root directory's, which other systems change, or else the boot sector's} */
    public String label() throws IOException {
        return contents(root()).label().orElse(boot.label());
    }

    /** {@return the size of a cluster, in which all space is given out} */
    public ByteCount clusterSize() {
        return new ByteCount(geometry.clusterBytes());
    }

    /** {@return how much is free, counted in the table: what FSInfo says is only a hint} */
    public ByteCount freeBytes() throws IOException {
        return new ByteCount(table.freeClusters() * geometry.clusterBytes());
    }

    /** {@return the root directory} */
    public FatEntry root() {
        return switch (geometry.type()) {
            case FAT16 -> ROOT_OF_FAT16;
            case FAT32 -> new FatEntry("", "", true, 0, geometry.rootCluster());
        };
    }

    /**
     * {@return the file or directory at a path}
     *
     * @param path long or short names in any case, separated by {@code /}; empty for the root
     * @throws NotDirectoryException if a name above the last is a file
     */
    public Optional<FatEntry> find(String path) throws IOException {
        var at = root();
        if (path.isEmpty()) {
            return Optional.of(at);
        }
        for (var name : path.split("/", -1)) {
            var child = list(at).stream()
                    .filter(e ->
                            e.name().equalsIgnoreCase(name) || e.shortName().equalsIgnoreCase(name))
                    .findFirst();
            if (child.isEmpty()) {
                return child;
            }
            at = child.get();
        }
        return Optional.of(at);
    }

    /**
     * {@return what a directory holds, in the order on the volume, without "." and ".."}
     *
     * @param directory of this volume. A malformed volume may give a directory that is its own ancestor
     * @throws NotDirectoryException if it is a file
     */
    public List<FatEntry> list(FatEntry directory) throws IOException {
        return contents(directory).entries();
    }

    /**
     * {@return what the directory at a path holds}
     *
     * @throws NoSuchFileException if there is nothing at that path
     */
    public List<FatEntry> list(String path) throws IOException {
        return list(require(path));
    }

    /**
     * {@return the bytes of a file}
     *
     * @param file of this volume
     * @throws MalformedFormatException if its clusters do not make up its size
     */
    public InputStream open(FatEntry file) throws IOException {
        if (file.directory()) {
            throw new IOException("'" + file.name() + "' is a directory");
        }
        if (file.size() > 0) {
            var length = table.chainLength(file.firstCluster());
            if (length < geometry.clustersFor(file.size())) {
                throw table.malformed(
                        file.firstCluster(),
                        "the chain that begins here has " + length + " clusters, too few for '" + file.name()
                                + "' with " + file.size() + " bytes");
            }
        }
        return new FatFileInputStream(volume, geometry, table, file.firstCluster(), file.size());
    }

    /**
     * {@return the bytes of the file at a path}
     *
     * @throws NoSuchFileException if there is nothing at that path
     */
    public InputStream open(String path) throws IOException {
        return open(require(path));
    }

    /**
     * {@return what the byte at {@code offset} of the volume belongs to}
     *
     * @throws MalformedFormatException if not all directories can be read
     */
    public FatPlace place(long offset) throws IOException {
        return new FatPlaces(this, geometry, table).find(offset);
    }

    private FatEntry require(String path) throws IOException {
        return find(path).orElseThrow(() -> new NoSuchFileException(path));
    }

    private DirectoryDecoder.Contents contents(FatEntry directory) throws IOException {
        if (!directory.directory()) {
            throw new NotDirectoryException(directory.name());
        }
        if (directory.firstCluster() == 0) {
            return fixedRoot();
        }
        var length = table.chainLength(directory.firstCluster()) * geometry.clusterBytes();
        if (length > FatFormat.MAX_DIRECTORY_ENTRIES * FatFormat.ENTRY_SIZE) {
            throw table.malformed(
                    directory.firstCluster(), "a directory of " + length + " bytes is larger than FAT allows");
        }
        var bytes = ByteBuffer.allocate((int) length);
        var clusters = new ArrayList<Integer>();
        for (var at = directory.firstCluster(); at != ClusterTable.END; at = table.next(at)) {
            volume.read(geometry.clusterOffset(at), bytes.limit(bytes.position() + geometry.clusterBytes()));
            clusters.add(at);
        }
        return DirectoryDecoder.decode(
                bytes.clear(),
                at -> geometry.clusterOffset(clusters.get(at / geometry.clusterBytes())) + at % geometry.clusterBytes(),
                geometry);
    }

    private DirectoryDecoder.Contents fixedRoot() throws IOException {
        var bytes = ByteBuffer.allocate(geometry.rootEntries() * FatFormat.ENTRY_SIZE);
        volume.read(geometry.rootDirectoryOffset(), bytes);
        return DirectoryDecoder.decode(bytes.clear(), at -> geometry.rootDirectoryOffset() + at, geometry);
    }
}
