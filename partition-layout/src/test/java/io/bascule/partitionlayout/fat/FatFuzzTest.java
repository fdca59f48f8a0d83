package io.bascule.partitionlayout.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Beginnings of volumes: what follows is zeros, so that a volume of mebibytes is an input of a few KiB. The corpus has
 * volumes of mkfs.vfat and mtools.
 */
class FatFuzzTest extends FuzzTests {
    private static final int SECTOR = 512;
    private static final int SECTORS = 5000;
    private static final int MOST_ENTRIES = 50;

    @Override
    public String name() {
        return "fat";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("fat16", volume(FatType.FAT16), "fat32", volume(FatType.FAT32));
    }

    /** A directory "EFI" with one file of two clusters and a long name. */
    private static byte[] volume(FatType type) {
        var fat32 = type == FatType.FAT32;
        var fatSectors = fat32 ? 40 : 20;
        var table = SECTOR;
        var root = table + fatSectors * SECTOR;
        var firstCluster = fat32 ? root : root + SECTOR;
        var volume = ByteBuffer.allocate(firstCluster + 8 * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        volume.putShort(FatFormat.BYTES_PER_SECTOR, (short) SECTOR)
                .put(FatFormat.SECTORS_PER_CLUSTER, (byte) 1)
                .putShort(FatFormat.RESERVED_SECTORS, (short) 1)
                .put(FatFormat.FAT_COUNT, (byte) 1)
                .put(FatFormat.MEDIA, (byte) 0xF8)
                .putShort(FatFormat.TOTAL_SECTORS_16, (short) SECTORS)
                .putShort(FatFormat.SIGNATURE_OFFSET, FatFormat.SIGNATURE);
        if (fat32) {
            volume.putInt(FatFormat.FAT_SECTORS_32, fatSectors).putInt(FatFormat.ROOT_CLUSTER, 6);
        } else {
            volume.putShort(FatFormat.FAT_SECTORS_16, (short) fatSectors).putShort(FatFormat.ROOT_ENTRIES, (short) 16);
        }
        // Clusters: 2 the directory, 3 and 4 the file, 6 the root of FAT32.
        var next = new int[] {0x0FFF_FFF8, -1, -1, 4, -1, 0, -1};
        for (var i = 0; i < next.length; i++) {
            if (fat32) {
                volume.putInt(table + 4 * i, next[i]);
            } else {
                volume.putShort(table + 2 * i, (short) next[i]);
            }
        }
        var rootAt = fat32 ? firstCluster + 4 * SECTOR : root;
        entry(volume, rootAt, "BASCULE    ", FatFormat.ATTRIBUTE_VOLUME_LABEL, 0, 0);
        entry(volume, rootAt + 32, "EFI        ", FatFormat.ATTRIBUTE_DIRECTORY, 2, 0);
        longEntry(volume, firstCluster);
        entry(volume, firstCluster + 32, "LINUX~1 EFI", 0, 3, SECTOR + 100);
        return volume.array();
    }

    private static void longEntry(ByteBuffer volume, int at) {
        volume.put(at, (byte) 0x41).put(at + FatFormat.ATTRIBUTES, (byte) FatFormat.ATTRIBUTES_LONG_NAME);
        var name = "a_1.efi\0";
        for (var i = 0; i < FatFormat.LONG_UNITS; i++) {
            volume.putChar(at + FatFormat.longUnitOffset(i), i < name.length() ? name.charAt(i) : 0xFFFF);
        }
        volume.put(at + FatFormat.LONG_CHECKSUM, (byte)
                ShortName.checksum("LINUX~1 EFI".getBytes(StandardCharsets.US_ASCII)));
    }

    private static void entry(ByteBuffer volume, int at, String name, int attributes, int cluster, int size) {
        volume.put(at, name.getBytes(StandardCharsets.US_ASCII))
                .put(at + FatFormat.ATTRIBUTES, (byte) attributes)
                .putShort(at + FatFormat.CLUSTER_LOW, (short) cluster)
                .putInt(at + FatFormat.SIZE, size);
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "\u00ff\u00ff\u00ff\u000f",
                "\u00f8\u00ff",
                "A",
                ".          ",
                "..         ",
                "\u00e5",
                "\u0005",
                "\u001b[31m");
    }

    /** The corpus is of volumes of up to 4 MiB. */
    @Override
    public void read(byte[] input) throws IOException {
        var reader = FatReader.open(new ZerosBehind(input, 4 << 20));
        reader.label();
        // Directories may contain themselves, and files share clusters.
        var directories = new ArrayDeque<>(List.of(reader.root()));
        for (var entries = 0; !directories.isEmpty() && entries < MOST_ENTRIES; ) {
            for (var entry : reader.list(directories.removeFirst())) {
                if (entry.directory()) {
                    directories.add(entry);
                } else if (entries < MOST_ENTRIES) {
                    try (var in = reader.open(entry)) {
                        assertThat(in.transferTo(OutputStream.nullOutputStream()))
                                .isEqualTo(entry.size());
                    }
                }
                entries++;
            }
        }
        reader.freeBytes();
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, 4L << 20);
    }

    @Override
    public byte[] mend(byte[] input) {
        if (input.length >= FatFormat.BOOT_SIZE) {
            ByteBuffer.wrap(input)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort(FatFormat.SIGNATURE_OFFSET, FatFormat.SIGNATURE);
        }
        return input;
    }

    /** A device that holds an array and, behind it, nothing but zeros. */
    private record ZerosBehind(ByteBuffer bytes, long length) implements BlockDevice {
        ZerosBehind(byte[] bytes, long length) {
            this(ByteBuffer.wrap(bytes), length);
        }

        @Override
        public ByteCount size() {
            return new ByteCount(length);
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            if (position < 0 || position > length - target.remaining()) {
                throw new EOFException("bytes " + position + " to " + (position + target.remaining()));
            }
            var from = (int) Math.min(position, bytes.limit());
            var count = Math.min(target.remaining(), bytes.limit() - from);
            target.put(bytes.slice(from, count));
            target.put(new byte[target.remaining()]);
        }

        @Override
        public void write(long position, ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
