package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The disk in a VHD file, fixed or dynamic. The bitmaps of a dynamic one are not looked at, as QEMU does not: what they
 * say was never written is zero in the file.
 */
final class VhdImage extends ReadOnlyDevice {
    private final BlockDevice file;
    private final VhdFooter footer;
    private final long tableOffset;
    private final int blockSize;
    /** Sectors where blocks begin; empty for a fixed disk. */
    private final int[] table;

    private VhdImage(BlockDevice file, VhdFooter footer, long tableOffset, int blockSize, int[] table) {
        this.file = file;
        this.footer = footer;
        this.tableOffset = tableOffset;
        this.blockSize = blockSize;
        this.table = table;
    }

    /** {@return the last sector of a file, where a footer would be, or what there is} */
    static byte[] lastSector(BlockDevice file) throws IOException {
        var sector = new byte[(int) Math.min(VhdFormat.SECTOR, file.size().bytes())];
        file.read(file.size().bytes() - sector.length, ByteBuffer.wrap(sector));
        return sector;
    }

    /** @throws MalformedFormatException if {@code file} is no VHD, or of a kind that is not read; it says which */
    static VhdImage open(BlockDevice file) throws IOException {
        var footerOffset = Math.max(0, file.size().bytes() - VhdFormat.SECTOR);
        var footer = VhdFooter.decode(lastSector(file), footerOffset);
        if (!footer.dynamic()) {
            require(
                    footer.size() <= footerOffset,
                    "current size",
                    footerOffset + VhdFormat.CURRENT_SIZE,
                    footer.size() + " bytes, but the file has only " + footerOffset + " in front of its footer");
            return new VhdImage(file, footer, 0, 1, new int[0]);
        }
        return openDynamic(file, footer, footerOffset);
    }

    private static VhdImage openDynamic(BlockDevice file, VhdFooter footer, long footerOffset) throws IOException {
        var at = footer.headerOffset();
        require(
                at >= 0 && at <= footerOffset - VhdFormat.DYNAMIC_SIZE,
                "data offset",
                footerOffset + VhdFormat.DATA_OFFSET,
                "there is no dynamic header at " + Long.toUnsignedString(at));
        var header = ByteBuffer.allocate(VhdFormat.DYNAMIC_SIZE);
        file.read(at, header);
        header.clear();
        require(
                Arrays.equals(
                        header.array(),
                        0,
                        VhdFormat.DYNAMIC_COOKIE.length,
                        VhdFormat.DYNAMIC_COOKIE,
                        0,
                        VhdFormat.DYNAMIC_COOKIE.length),
                "dynamic header cookie",
                at,
                "not 'cxsparse'");
        var checksum = VhdFormat.checksum(header.array(), VhdFormat.DYNAMIC_CHECKSUM);
        require(
                header.getInt(VhdFormat.DYNAMIC_CHECKSUM) == checksum,
                "dynamic header checksum",
                at + VhdFormat.DYNAMIC_CHECKSUM,
                String.format(
                        Locale.ROOT,
                        "0x%08x, but the bytes give 0x%08x",
                        header.getInt(VhdFormat.DYNAMIC_CHECKSUM),
                        checksum));
        var blockSize = header.getInt(VhdFormat.BLOCK_SIZE);
        require(
                blockSize >= VhdFormat.SECTOR && blockSize <= VhdFormat.MAX_BLOCK && Integer.bitCount(blockSize) == 1,
                "block size",
                at + VhdFormat.BLOCK_SIZE,
                "a power of two from 512 to 64 MiB, not " + Integer.toUnsignedLong(blockSize));
        var entries = Math.ceilDiv(footer.size(), blockSize);
        require(
                entries
                        <= Math.min(
                                VhdFormat.MOST_BLOCKS,
                                Integer.toUnsignedLong(header.getInt(VhdFormat.MAX_TABLE_ENTRIES))),
                "max table entries",
                at + VhdFormat.MAX_TABLE_ENTRIES,
                Integer.toUnsignedLong(header.getInt(VhdFormat.MAX_TABLE_ENTRIES)) + ", but a disk of " + footer.size()
                        + " bytes has " + entries + " blocks; at most " + VhdFormat.MOST_BLOCKS + " are read");
        var tableOffset = header.getLong(VhdFormat.TABLE_OFFSET);
        require(
                tableOffset >= 0 && tableOffset <= footerOffset - entries * Integer.BYTES,
                "table offset",
                at + VhdFormat.TABLE_OFFSET,
                "the block allocation table at " + Long.toUnsignedString(tableOffset) + " goes beyond the file");
        var bytes = ByteBuffer.allocate((int) entries * Integer.BYTES);
        file.read(tableOffset, bytes);
        var table = new int[(int) entries];
        bytes.clear().asIntBuffer().get(table);
        return new VhdImage(file, footer, tableOffset, blockSize, table);
    }

    boolean dynamic() {
        return footer.dynamic();
    }

    @Override
    public ByteCount size() {
        return new ByteCount(footer.size());
    }

    @Override
    void readSome(long position, ByteBuffer target) throws IOException {
        if (!footer.dynamic()) {
            file.read(position, target);
            return;
        }
        var inBlock = (int) (position % blockSize);
        var block = (int) (position / blockSize);
        var part = take(target, blockSize - inBlock);
        if (table[block] == VhdFormat.UNUSED) {
            zero(part);
            return;
        }
        var at = Integer.toUnsignedLong(table[block]) * VhdFormat.SECTOR + VhdFormat.bitmapSize(blockSize) + inBlock;
        require(
                at <= file.size().bytes() - part.remaining(),
                "block allocation table",
                tableOffset + (long) block * Integer.BYTES,
                "block " + block + " goes beyond the end of the file at "
                        + file.size().bytes());
        file.read(at, part);
    }

    @Override
    public long nextData(long position) throws IOException {
        if (!footer.dynamic()) {
            return position < footer.size() ? file.nextData(position) : position;
        }
        for (var at = position; at < footer.size(); at = (at / blockSize + 1) * blockSize) {
            if (table[(int) (at / blockSize)] != VhdFormat.UNUSED) {
                return at;
            }
        }
        return footer.size();
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(VhdFormat.NAME, field, at, problem);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
