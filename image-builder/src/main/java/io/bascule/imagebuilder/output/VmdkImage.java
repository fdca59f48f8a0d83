package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** The disk in a VMDK file of the type monolithicSparse or streamOptimized. Not for several threads. */
final class VmdkImage extends ReadOnlyDevice {
    private static final int TABLES_KEPT = 64;

    private final BlockDevice file;
    private final VmdkHeader header;
    private final long grainBytes;
    private final int[] directory;
    private byte[] grain = new byte[0];
    private long inflated = -1;

    private final Map<Integer, int[]> tables = new LinkedHashMap<>(TABLES_KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, int[]> eldest) {
            return size() > TABLES_KEPT;
        }
    };

    private VmdkImage(BlockDevice file, VmdkHeader header, int[] directory) {
        this.file = file;
        this.header = header;
        this.grainBytes = (long) header.grainSectors() * VmdkFormat.SECTOR;
        this.directory = directory;
    }

    /** @throws MalformedFormatException if {@code file} is no VMDK, or of a kind that is not read; it says which */
    static VmdkImage open(BlockDevice file) throws IOException {
        var header = VmdkHeader.read(file);
        return new VmdkImage(
                file, header, numbers(file, header.directory() * VmdkFormat.SECTOR, (int) header.tables()));
    }

    boolean compressed() {
        return header.compressed();
    }

    private static int[] numbers(BlockDevice file, long at, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(at, bytes);
        var numbers = new int[count];
        bytes.clear().asIntBuffer().get(numbers);
        return numbers;
    }

    @Override
    public ByteCount size() {
        return new ByteCount(header.sectors() * VmdkFormat.SECTOR);
    }

    @Override
    void readSome(long position, ByteBuffer target) throws IOException {
        var inGrain = (int) (position % grainBytes);
        var part = take(target, grainBytes - inGrain);
        var sector = grainSector(position);
        if (isZero(sector)) {
            zero(part);
        } else if (header.compressed()) {
            inflate(position - inGrain, sector * VmdkFormat.SECTOR);
            part.put(grain, inGrain, part.remaining());
        } else {
            var at = sector * VmdkFormat.SECTOR + inGrain;
            require(
                    at <= file.size().bytes() - part.remaining(),
                    "grain table entry",
                    entryOffset(position),
                    "its grain at " + at + " goes beyond the end of the file at "
                            + file.size().bytes());
            file.read(at, part);
        }
    }

    @Override
    public long nextData(long position) throws IOException {
        var perTable = grainBytes * header.entriesPerTable();
        var at = position;
        while (at < size().bytes()) {
            if (directory[(int) (at / perTable)] == 0) {
                at = (at / perTable + 1) * perTable;
            } else if (isZero(grainSector(at))) {
                at = (at / grainBytes + 1) * grainBytes;
            } else {
                return at;
            }
        }
        return size().bytes();
    }

    private boolean isZero(long sector) {
        return sector == 0 || (header.zeroGrains() && sector == VmdkFormat.ZERO_GRAIN);
    }

    private long grainSector(long position) throws IOException {
        var number = position / grainBytes;
        var index = (int) (number / header.entriesPerTable());
        if (directory[index] == 0) {
            return 0;
        }
        var table = tables.get(index);
        if (table == null) {
            var at = Integer.toUnsignedLong(directory[index]) * VmdkFormat.SECTOR;
            require(
                    at <= file.size().bytes() - (long) header.entriesPerTable() * Integer.BYTES,
                    "grain directory entry",
                    header.directory() * VmdkFormat.SECTOR + (long) index * Integer.BYTES,
                    "its grain table at " + at + " goes beyond the end of the file at "
                            + file.size().bytes());
            table = numbers(file, at, header.entriesPerTable());
            tables.put(index, table);
        }
        return Integer.toUnsignedLong(table[(int) (number % header.entriesPerTable())]);
    }

    /** {@return where in the file the entry of a grain is, for messages} */
    private long entryOffset(long position) {
        var number = position / grainBytes;
        return Integer.toUnsignedLong(directory[(int) (number / header.entriesPerTable())]) * VmdkFormat.SECTOR
                + number % header.entriesPerTable() * Integer.BYTES;
    }

    private void inflate(long position, long at) throws IOException {
        if (inflated == position) {
            return;
        }
        inflated = -1;
        require(
                at <= file.size().bytes() - VmdkFormat.GRAIN_MARKER,
                "grain table entry",
                entryOffset(position),
                "its grain at " + at + " goes beyond the end of the file at "
                        + file.size().bytes());
        var marker = ByteBuffer.allocate(VmdkFormat.GRAIN_MARKER).order(ByteOrder.LITTLE_ENDIAN);
        file.read(at, marker);
        require(
                marker.getLong(0) == position / VmdkFormat.SECTOR,
                "grain marker",
                at,
                "it is for sector " + Long.toUnsignedString(marker.getLong(0)) + " and not for "
                        + position / VmdkFormat.SECTOR);
        var count = marker.getInt(Long.BYTES);
        var data = at + VmdkFormat.GRAIN_MARKER;
        require(
                count >= 0 && count <= file.size().bytes() - data && count <= 2 * grainBytes,
                "grain marker size",
                at + Long.BYTES,
                Integer.toUnsignedLong(count) + " bytes, more than there are or a grain can have");
        var compressed = ByteBuffer.allocate(count);
        file.read(data, compressed);
        if (grain.length == 0) {
            grain = new byte[(int) grainBytes];
        }
        Clusters.decompress(
                Clusters.Codec.ZLIB,
                compressed.array(),
                grain,
                (int) Math.min(grainBytes, size().bytes() - position),
                problem -> new MalformedFormatException(VmdkFormat.NAME, "compressed grain", data, problem));
        inflated = position;
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(VmdkFormat.NAME, field, at, problem);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
