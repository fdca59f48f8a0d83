package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.fat.FatEntry;
import io.bascule.partitionlayout.fat.FatReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A FAT32 volume, changed in place as firmware and kernel do it: whole sectors, both copies of the table. Written from the
 * specification (fatgen103) and not with the code of {@code partition-layout}, which only reads. For directories of files
 * that are there already; it makes none.
 */
public final class FatVolume {
    public static final int SECTOR = 512;

    static final int ENTRY = 32;
    static final int DELETED = 0xE5;
    private static final int END = 0x0FFF_FFFF;
    private static final int MASK = 0x0FFF_FFFF;
    private static final int LAST_OF_CHAIN = 0x0FFF_FFF8;
    private static final int FREE_COUNT = 488;

    /** Where whoever makes a name looks for room. */
    public enum Placement {
        /** Linux: the first run of free entries that is long enough. */
        FIRST_FIT,
        /** EDK II: behind all entries there ever were. */
        APPEND
    }

    private final BlockDevice volume;
    private final int clusterBytes;
    private final long tableOffset;
    private final long tableBytes;
    private final int tables;
    private final long dataOffset;
    private final int clusters;
    private final long infoOffset;

    private FatVolume(BlockDevice volume, ByteBuffer boot) {
        this.volume = volume;
        var reserved = Short.toUnsignedInt(boot.getShort(14));
        this.clusterBytes = Byte.toUnsignedInt(boot.get(13)) * SECTOR;
        this.tables = Byte.toUnsignedInt(boot.get(16));
        this.tableOffset = (long) reserved * SECTOR;
        this.tableBytes = (long) boot.getInt(36) * SECTOR;
        this.dataOffset = tableOffset + tables * tableBytes;
        this.clusters = (int) ((Integer.toUnsignedLong(boot.getInt(32)) * SECTOR - dataOffset) / clusterBytes);
        this.infoOffset = (long) Short.toUnsignedInt(boot.getShort(48)) * SECTOR;
    }

    /** @throws MalformedFormatException if {@code volume} holds no FAT32 with sectors of 512 bytes */
    public static FatVolume open(BlockDevice volume) throws IOException {
        FatReader.open(volume); // Complains of everything that would be nonsense below.
        var boot = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        volume.read(0, boot);
        if (boot.getShort(11) != SECTOR || boot.getInt(36) == 0) {
            throw new MalformedFormatException("FAT boot sector", "BPB_BytsPerSec", 11, "only FAT32 with 512 is known");
        }
        return new FatVolume(volume, boot);
    }

    public int clusterBytes() {
        return clusterBytes;
    }

    /** {@return the clusters of a directory, by a path like {@code EFI/Linux}} */
    public List<Integer> directory(String path) throws IOException {
        var found = FatReader.open(volume).find(path).orElseThrow(() -> new FileNotFoundException(path));
        return chain(found.firstCluster());
    }

    /** {@return where entry {@code index} of a directory stands on the volume} */
    public long entryPosition(List<Integer> directory, int index) {
        var at = index * ENTRY;
        return clusterOffset(directory.get(at / clusterBytes)) + at % clusterBytes;
    }

    /** {@return the files in a directory in the order in which they stand there; neither directories nor the label} */
    public List<FatFile> list(List<Integer> directory) throws IOException {
        var bytes = read(directory);
        var files = new ArrayList<FatFile>();
        for (var index = 0; index < bytes.limit() / ENTRY; index++) {
            var mark = Byte.toUnsignedInt(bytes.get(index * ENTRY));
            if (mark == 0) {
                break;
            }
            // Long names, labels and directories are none.
            if (mark != DELETED && (bytes.get(index * ENTRY + 11) & 0x18) == 0) {
                files.add(file(directory, bytes, index));
            }
        }
        return files;
    }

    private FatFile file(List<Integer> directory, ByteBuffer bytes, int last) {
        var at = last * ENTRY;
        var alias = new byte[DirectoryEntries.SHORT];
        bytes.get(at, alias);
        var longName = DirectoryEntries.longName(bytes, last, alias);
        var first = longName.isEmpty() ? last : last - Math.ceilDiv(longName.length(), DirectoryEntries.UNITS);
        return new FatFile(
                longName.isEmpty() ? DirectoryEntries.readable(alias) : longName,
                DirectoryEntries.latin1(alias),
                first,
                last,
                entryPosition(directory, last),
                Short.toUnsignedInt(bytes.getShort(at + 26)) | Short.toUnsignedInt(bytes.getShort(at + 20)) << 16,
                Integer.toUnsignedLong(bytes.getInt(at + 28)));
    }

    /** {@return the file of that name, in any case} */
    public FatFile require(List<Integer> directory, String name) throws IOException {
        return list(directory).stream()
                .filter(file -> file.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException(name));
    }

    /** Makes the entries of a name; the directory grows by a cluster where there is no room. */
    public FatFile add(List<Integer> directory, String name, int cluster, long size, Placement placement)
            throws IOException {
        var aliases = list(directory).stream().map(FatFile::shortName).toList();
        var alias = DirectoryEntries.alias(name, aliases);
        var entries = DirectoryEntries.encode(name, alias, cluster, size);
        var count = entries.length / ENTRY;
        var grown = new ArrayList<>(directory);
        var first = room(grown, count, placement);
        for (var i = 0; i < count; i++) {
            put(entryPosition(grown, first + i), Arrays.copyOfRange(entries, i * ENTRY, (i + 1) * ENTRY));
        }
        return require(grown, name);
    }

    private int room(List<Integer> directory, int count, Placement placement) throws IOException {
        var bytes = read(directory);
        var capacity = bytes.limit() / ENTRY;
        var run = 0;
        var end = capacity;
        for (var index = 0; index < capacity; index++) {
            var mark = Byte.toUnsignedInt(bytes.get(index * ENTRY));
            if (mark == 0) {
                end = index - (placement == Placement.FIRST_FIT ? run : 0);
                break;
            }
            run = mark == DELETED ? run + 1 : 0;
            if (placement == Placement.FIRST_FIT && run == count) {
                return index - count + 1;
            }
        }
        if (end + count > capacity) {
            var cluster = allocate(1, directory.getLast());
            volume.write(clusterOffset(cluster), ByteBuffer.allocate(clusterBytes));
            directory.add(cluster);
        }
        return end;
    }

    /** Takes a name away, and nothing but the name. */
    public void remove(List<Integer> directory, FatFile file) throws IOException {
        for (var index = file.first(); index <= file.last(); index++) {
            put(entryPosition(directory, index), new byte[] {(byte) DELETED});
        }
    }

    /** Says where the contents of a file are, in the entry at {@code position}. */
    public void setContents(long position, int cluster, long size) throws IOException {
        put(
                position + 20,
                ByteBuffer.allocate(2)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) (cluster >>> 16))
                        .array());
        put(
                position + 26,
                ByteBuffer.allocate(6)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) cluster)
                        .putInt((int) size)
                        .array());
    }

    /** Renames in place, as the firmware does before it starts a counted entry: the old name goes first. */
    public FatFile rename(String path, String from, String to, Placement placement) throws IOException {
        var directory = directory(path);
        var old = require(directory, from);
        remove(directory, old);
        return add(directory, to, old.cluster(), old.size(), placement);
    }

    /** {@return the first of {@code count} clusters, which are a chain now, behind {@code previous} unless that is 0} */
    public int allocate(int count, int previous) throws IOException {
        var first = 0;
        var tail = previous;
        var table = table();
        for (var cluster = 2; cluster < clusters + 2 && count > 0; cluster++) {
            if ((table.getInt(cluster * 4) & MASK) == 0) {
                setEntry(cluster, END);
                if (tail != 0) {
                    setEntry(tail, cluster);
                }
                first = first == 0 ? cluster : first;
                tail = cluster;
                count--;
            }
        }
        if (count > 0) {
            throw new IOException("No space left on device");
        }
        writeInfo();
        return first;
    }

    /**
     * Gives clusters back.
     *
     * @return whether the chain was whole; if not, Linux calls the volume corrupt and writes no more to it
     */
    public boolean free(int first) throws IOException {
        var at = first;
        while (at >= 2 && at < clusters + 2) {
            var next = entry(at);
            if (next == 0) {
                return false;
            }
            setEntry(at, 0);
            if (next >= LAST_OF_CHAIN) {
                writeInfo();
                return true;
            }
            at = next;
        }
        return first == 0;
    }

    public long freeBytes() throws IOException {
        return FatReader.open(volume).freeBytes().bytes();
    }

    /** {@return the bytes of a chain, as if it were a device} */
    public BlockDevice contents(int first, long size) throws IOException {
        return new ClusterDevice(
                volume, chain(first).stream().map(this::clusterOffset).toList(), clusterBytes, size);
    }

    /** {@return the clusters from {@code first} on, as far as they lead anywhere} */
    private List<Integer> chain(int first) throws IOException {
        return chain(first, table());
    }

    private List<Integer> chain(int first, ByteBuffer table) {
        var chain = new ArrayList<Integer>();
        for (var at = first; at >= 2 && at < clusters + 2 && chain.size() < clusters; ) {
            var next = table.getInt(at * 4) & MASK;
            if (next == 0) {
                break;
            }
            chain.add(at);
            at = next;
        }
        return chain;
    }

    /**
     * Does what {@code fsck.fat -a} does, which systemd runs before the ESP is mounted: ends broken chains and cuts their
     * files, empties the later of two files that share clusters, frees clusters that no file has.
     *
     * @param path of the directory whose files are looked at
     */
    public void repair(String path) throws IOException {
        var directory = directory(path);
        var owned = new HashSet<Integer>();
        for (var file : list(directory)) {
            var kept = new ArrayList<Integer>();
            for (var cluster : chain(file.cluster())) {
                if ((long) kept.size() * clusterBytes >= file.size() || !owned.add(cluster)) {
                    break;
                }
                kept.add(cluster);
            }
            if (!kept.isEmpty() && entry(kept.getLast()) < LAST_OF_CHAIN) {
                setEntry(kept.getLast(), END);
            }
            if ((long) kept.size() * clusterBytes < file.size()) {
                setContents(file.position(), kept.isEmpty() ? 0 : kept.getFirst(), (long) kept.size() * clusterBytes);
            }
        }
        var reader = FatReader.open(volume);
        var used = new HashSet<Integer>();
        var table = table();
        use(reader, table, reader.root(), used);
        for (var cluster = 2; cluster < clusters + 2; cluster++) {
            if ((table.getInt(cluster * 4) & MASK) != 0 && !used.contains(cluster)) {
                setEntry(cluster, 0);
            }
        }
        writeInfo();
    }

    private void use(FatReader reader, ByteBuffer table, FatEntry file, Set<Integer> used) throws IOException {
        used.addAll(chain(file.firstCluster(), table));
        if (file.directory()) {
            for (var child : reader.list(file)) {
                use(reader, table, child, used);
            }
        }
    }

    private long clusterOffset(int cluster) {
        return dataOffset + (long) (cluster - 2) * clusterBytes;
    }

    private ByteBuffer read(List<Integer> directory) throws IOException {
        var bytes = ByteBuffer.allocate(directory.size() * clusterBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (var cluster : directory) {
            volume.read(clusterOffset(cluster), bytes.limit(bytes.position() + clusterBytes));
        }
        return bytes.clear();
    }

    private int entry(int cluster) throws IOException {
        var value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        volume.read(tableOffset + cluster * 4L, value);
        return value.getInt(0) & MASK;
    }

    /** {@return the table as it is now: for whoever looks at all of it} */
    private ByteBuffer table() throws IOException {
        var table = ByteBuffer.allocate((clusters + 2) * 4).order(ByteOrder.LITTLE_ENDIAN);
        volume.read(tableOffset, table);
        return table.clear();
    }

    private void setEntry(int cluster, int value) throws IOException {
        var bytes = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
        for (var copy = 0; copy < tables; copy++) {
            put(tableOffset + copy * tableBytes + cluster * 4L, bytes);
        }
    }

    /** Nothing believes what it says, but it is one more sector that changes. */
    private void writeInfo() throws IOException {
        var table = table();
        var free = 0;
        for (var cluster = 2; cluster < clusters + 2; cluster++) {
            free += (table.getInt(cluster * 4) & MASK) == 0 ? 1 : 0;
        }
        put(
                infoOffset + FREE_COUNT,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(free)
                        .array());
    }

    /** Changes bytes inside one sector, and writes that sector. */
    private void put(long position, byte[] bytes) throws IOException {
        var sector = position / SECTOR * SECTOR;
        var buffer = ByteBuffer.allocate(SECTOR);
        volume.read(sector, buffer);
        buffer.put((int) (position - sector), bytes);
        volume.write(sector, buffer.clear());
    }

    @Override
    public String toString() {
        return "FAT32 of " + HexFormat.of().toHexDigits(clusters) + " clusters";
    }
}
