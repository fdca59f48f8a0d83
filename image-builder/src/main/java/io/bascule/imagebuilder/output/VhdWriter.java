package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.UUID;

/** Writes VHD files: fixed ones, which are the disk and a footer, and dynamic ones, without blocks that are all zero. */
final class VhdWriter {
    private static final int COPY = 1 << 16;

    private VhdWriter() {}

    /** Writes {@code source}, whole sectors and at most 2040 GiB, to {@code target}, an empty file. */
    static void writeFixed(BlockDevice source, FileChannel target, OutputProgress progress) throws IOException {
        var size = source.size().bytes();
        var file = new GrowingFile(target);
        var identity = new ContentDigest(size);
        DataChunks.forEach(source, COPY, progress, (index, chunk) -> {
            identity.add(index, chunk);
            var at = index * COPY;
            file.write(at, chunk.limit(chunk.position() + (int) Math.min(chunk.remaining(), size - at)));
        });
        file.write(size, ByteBuffer.wrap(new VhdFooter(size, false, VhdFormat.NO_OFFSET, uuid(identity)).encode()));
    }

    /** As {@link #writeFixed}. Memory: 4 MiB, and 2 KiB for each GiB of the disk. */
    static void writeDynamic(BlockDevice source, FileChannel target, OutputProgress progress) throws IOException {
        var size = source.size().bytes();
        var blocks = (int) Math.ceilDiv(size, VhdFormat.BLOCK);
        var file = new GrowingFile(target);
        file.reserve(VhdFormat.SECTOR + VhdFormat.DYNAMIC_SIZE);
        var table = ByteBuffer.allocate(Math.ceilDiv(blocks * Integer.BYTES, VhdFormat.SECTOR) * VhdFormat.SECTOR);
        Arrays.fill(table.array(), (byte) VhdFormat.UNUSED);
        var tableOffset = file.reserve(table.capacity());
        var bitmap = new byte[VhdFormat.bitmapSize(VhdFormat.BLOCK)];
        Arrays.fill(bitmap, (byte) 0xFF);
        var identity = new ContentDigest(size);
        DataChunks.forEach(source, VhdFormat.BLOCK, progress, (index, chunk) -> {
            identity.add(index, chunk);
            table.putInt((int) index * Integer.BYTES, (int) (file.append(ByteBuffer.wrap(bitmap)) / VhdFormat.SECTOR));
            file.append(chunk);
        });
        var footer = new VhdFooter(size, true, VhdFormat.SECTOR, uuid(identity)).encode();
        file.append(ByteBuffer.wrap(footer));
        file.write(tableOffset, table.clear());
        file.write(VhdFormat.SECTOR, header(tableOffset, blocks));
        file.write(0, ByteBuffer.wrap(footer));
    }

    private static UUID uuid(ContentDigest identity) {
        var bytes = ByteBuffer.wrap(identity.bytes());
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private static ByteBuffer header(long tableOffset, int blocks) {
        var header = ByteBuffer.allocate(VhdFormat.DYNAMIC_SIZE)
                .put(VhdFormat.DYNAMIC_COOKIE)
                .putLong(VhdFormat.NO_OFFSET)
                .putLong(tableOffset)
                .putInt(VhdFormat.VERSION_1_0)
                .putInt(blocks)
                .putInt(VhdFormat.BLOCK);
        return header.putInt(VhdFormat.checksum(header.array(), VhdFormat.DYNAMIC_CHECKSUM))
                .clear();
    }
}
