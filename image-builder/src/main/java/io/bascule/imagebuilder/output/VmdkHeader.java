package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of a VMDK file that holds a whole disk, as far as reading needs it.
 *
 * @param sectors of the disk
 * @param grainSectors a power of two
 * @param entriesPerTable of grains
 * @param directory where the directory of grain tables is, in sectors
 */
record VmdkHeader(
        long sectors, int grainSectors, int entriesPerTable, long directory, boolean zeroGrains, boolean compressed) {

    /** {@return how many grain tables there are} */
    long tables() {
        return Math.ceilDiv(sectors, (long) grainSectors * entriesPerTable);
    }

    static VmdkHeader read(BlockDevice file) throws IOException {
        require(
                file.size().bytes() >= VmdkFormat.SECTOR,
                "header",
                0,
                "the file has only " + file.size().bytes() + " bytes");
        checkDescriptor(file, sector(file, 0));
        var first = decode(file, 0);
        if (first.directory() != VmdkFormat.AT_END) {
            return first.checked(file, 0);
        }
        var end = file.size().bytes() - VmdkFormat.FOOTER_FROM_END;
        require(
                end >= VmdkFormat.SECTOR,
                "gdOffset",
                VmdkFormat.DIRECTORY,
                "the directory is to be at the end of the file, which is too short for that");
        var footer = decode(file, end);
        require(
                footer.directory() != VmdkFormat.AT_END,
                "gdOffset",
                end + VmdkFormat.DIRECTORY,
                "the header at the end does not say where the directory is");
        return footer.checked(file, end);
    }

    private static ByteBuffer sector(BlockDevice file, long at) throws IOException {
        var sector = ByteBuffer.allocate(VmdkFormat.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.read(at, sector);
        return sector.clear();
    }

    private static VmdkHeader decode(BlockDevice file, long at) throws IOException {
        var header = sector(file, at);
        require(header.getInt(0) == VmdkFormat.MAGIC, "magicNumber", at, "there is no 'KDMV'");
        var version = header.getInt(VmdkFormat.VERSION);
        require(version >= 1 && version <= 3, "version", at + VmdkFormat.VERSION, "1 to 3, not " + version);
        var flags = header.getInt(VmdkFormat.FLAGS);
        if ((flags & VmdkFormat.HAS_LINE_ENDS) != 0) {
            var found = new byte[VmdkFormat.WRITTEN_LINE_ENDS.length];
            header.get(VmdkFormat.LINE_ENDS, found);
            require(
                    Arrays.equals(found, VmdkFormat.WRITTEN_LINE_ENDS),
                    "line ends",
                    at + VmdkFormat.LINE_ENDS,
                    "they were changed: the file was copied as a text; copy it again as binary");
        }
        var compressed = (flags & VmdkFormat.HAS_COMPRESSED_GRAINS) != 0;
        var algorithm = Short.toUnsignedInt(header.getShort(VmdkFormat.COMPRESSION));
        require(
                !compressed || algorithm == VmdkFormat.DEFLATE,
                "compressAlgorithm",
                at + VmdkFormat.COMPRESSION,
                "1 (deflate), not " + algorithm);
        var grain = header.getLong(VmdkFormat.GRAIN_SIZE);
        require(
                grain >= 1 && grain <= VmdkFormat.MAX_GRAIN_SECTORS && Long.bitCount(grain) == 1,
                "grainSize",
                at + VmdkFormat.GRAIN_SIZE,
                "a power of two up to " + VmdkFormat.MAX_GRAIN_SECTORS + ", not " + Long.toUnsignedString(grain));
        var entries = header.getInt(VmdkFormat.ENTRIES_PER_TABLE);
        require(
                entries >= 1 && entries <= VmdkFormat.TABLE_ENTRIES,
                "numGTEsPerGT",
                at + VmdkFormat.ENTRIES_PER_TABLE,
                "1 to " + VmdkFormat.TABLE_ENTRIES + ", not " + Integer.toUnsignedLong(entries));
        var sectors = header.getLong(VmdkFormat.CAPACITY);
        require(
                sectors >= 0 && sectors <= Long.MAX_VALUE / VmdkFormat.SECTOR / 2,
                "capacity",
                at + VmdkFormat.CAPACITY,
                "no possible number of sectors: " + Long.toUnsignedString(sectors));
        return new VmdkHeader(
                sectors,
                (int) grain,
                entries,
                header.getLong(VmdkFormat.DIRECTORY),
                (flags & VmdkFormat.HAS_ZERO_GRAINS) != 0,
                compressed);
    }

    private VmdkHeader checked(BlockDevice file, long at) throws MalformedFormatException {
        var fileSectors = file.size().bytes() / VmdkFormat.SECTOR;
        require(
                directory >= 0
                        && directory <= fileSectors
                        && tables() <= (file.size().bytes() - directory * VmdkFormat.SECTOR) / Integer.BYTES,
                "gdOffset",
                at + VmdkFormat.DIRECTORY,
                "the directory of " + tables() + " tables at sector " + Long.toUnsignedString(directory)
                        + " goes beyond the end of the file");
        return this;
    }

    private static void checkDescriptor(BlockDevice file, ByteBuffer header) throws IOException {
        require(header.getInt(0) == VmdkFormat.MAGIC, "magicNumber", 0, "there is no 'KDMV'");
        var offset = header.getLong(VmdkFormat.DESCRIPTOR_OFFSET);
        var size = header.getLong(VmdkFormat.DESCRIPTOR_SIZE);
        require(
                offset != 0,
                "descriptorOffset",
                VmdkFormat.DESCRIPTOR_OFFSET,
                "it is one file of a disk in several; put them into one: qemu-img convert -O vmdk DESCRIPTOR NEW");
        require(
                size >= 1
                        && size <= VmdkFormat.MAX_DESCRIPTOR_SECTORS
                        && offset >= 1
                        && offset <= file.size().bytes() / VmdkFormat.SECTOR - size,
                "descriptorOffset",
                VmdkFormat.DESCRIPTOR_OFFSET,
                "there is no descriptor of " + Long.toUnsignedString(size) + " sectors at sector "
                        + Long.toUnsignedString(offset));
        var bytes = new byte[(int) size * VmdkFormat.SECTOR];
        file.read(offset * VmdkFormat.SECTOR, ByteBuffer.wrap(bytes));
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var at = offset * VmdkFormat.SECTOR;
        var type = VmdkDescriptor.value(text, "createType").orElse("");
        require(
                type.equals(VmdkDescriptor.SPARSE) || type.equals(VmdkDescriptor.STREAM),
                "createType",
                at,
                "only monolithicSparse and streamOptimized are read, not '" + type
                        + "'; write it again: qemu-img convert -O vmdk FILE NEW");
        var parent = VmdkDescriptor.value(text, "parentCID").orElse(VmdkDescriptor.NO_PARENT);
        require(
                parent.equalsIgnoreCase(VmdkDescriptor.NO_PARENT),
                "parentCID",
                at,
                "it is only the difference to another file; put both into one: qemu-img convert -O vmdk FILE NEW");
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(VmdkFormat.NAME, field, at, problem);
        }
    }
}
