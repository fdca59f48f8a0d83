package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.format.SuperblockChecksum;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the superblock of an EROFS image says, ours or another's.
 *
 * @param size of the image in bytes
 * @param blockSize in bytes
 * @param inodes how many there are
 * @param buildTime of the image
 * @param codecs with which files may be compressed; empty if none is
 * @param checksum whether there is one, and the superblock has it
 */
public record ErofsFacts(
        long size,
        int blockSize,
        long inodes,
        UUID uuid,
        String volumeName,
        Instant buildTime,
        List<String> codecs,
        Checksum checksum) {
    /** Where the superblock is, in bytes from the start of the image. */
    public static final int OFFSET = ErofsFormat.SUPERBLOCK_OFFSET;

    private static final String FORMAT = "EROFS superblock";
    private static final int MIN_BITS = 9;
    private static final int MAX_BITS = 16;
    private static final String[] CODEC_NAMES = {"lz4", "lzma", "deflate", "zstd"};

    /** What there is of a checksum. */
    public enum Checksum {
        ABSENT,
        RIGHT,
        WRONG
    }

    /** @throws MalformedFormatException if {@code image} has no superblock, or one that cannot be right */
    public static ErofsFacts read(BlockDevice image) throws IOException {
        if (!ErofsReader.recognizes(image)) {
            throw malformed("magic", 0, "there is no EROFS image");
        }
        var superblock = ByteBuffer.allocate(ErofsFormat.SUPERBLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        image.read(ErofsFormat.SUPERBLOCK_OFFSET, superblock);
        var bits = superblock.get(ErofsFormat.SB_BLOCK_BITS);
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw malformed("blkszbits", ErofsFormat.SB_BLOCK_BITS, MIN_BITS + " to " + MAX_BITS + ", not " + bits);
        }
        var size = Integer.toUnsignedLong(superblock.getInt(ErofsFormat.SB_BLOCKS)) << bits;
        if (size > image.size().bytes()) {
            throw malformed(
                    "blocks",
                    ErofsFormat.SB_BLOCKS,
                    size + " bytes, but there are only " + image.size().bytes());
        }
        var name = new byte[ErofsFormat.VOLUME_NAME_SIZE];
        superblock.get(ErofsFormat.SB_VOLUME_NAME, name);
        var uuid = superblock.duplicate().order(ByteOrder.BIG_ENDIAN);
        return new ErofsFacts(
                size,
                1 << bits,
                superblock.getLong(ErofsFormat.SB_INODES),
                new UUID(uuid.getLong(ErofsFormat.SB_UUID), uuid.getLong(ErofsFormat.SB_UUID + Long.BYTES)),
                new String(name, StandardCharsets.UTF_8).replaceFirst("\0.*", ""),
                time(superblock.getLong(ErofsFormat.SB_BUILD_TIME)),
                codecs(superblock),
                checksum(image, superblock, 1 << bits));
    }

    private static Instant time(long seconds) throws MalformedFormatException {
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw malformed("build_time", ErofsFormat.SB_BUILD_TIME, "no possible time: " + seconds);
        }
        return Instant.ofEpochSecond(seconds);
    }

    private static List<String> codecs(ByteBuffer superblock) {
        var features = superblock.getInt(ErofsFormat.SB_FEATURE_INCOMPAT);
        if ((features & ErofsFormat.FEATURE_INCOMPAT_COMPR_CFGS) == 0) {
            return (features & ErofsFormat.FEATURE_INCOMPAT_ZERO_PADDING) == 0 ? List.of() : List.of(CODEC_NAMES[0]);
        }
        var names = new ArrayList<String>();
        for (var i = 0; i < CODEC_NAMES.length; i++) {
            if (((superblock.getShort(ErofsFormat.SB_ALGORITHMS) >> i) & 1) != 0) {
                names.add(CODEC_NAMES[i]);
            }
        }
        return List.copyOf(names);
    }

    /** From the superblock to the end of the first block, or of the superblock where blocks are smaller. */
    private static Checksum checksum(BlockDevice image, ByteBuffer superblock, int blockSize) throws IOException {
        var features = superblock.getInt(ErofsFormat.SB_FEATURE_COMPAT);
        if ((features & ErofsFormat.FEATURE_COMPAT_SB_CHKSUM) == 0) {
            return Checksum.ABSENT;
        }
        var covered = ByteBuffer.allocate(SuperblockChecksum.coverage(blockSize));
        if (ErofsFormat.SUPERBLOCK_OFFSET + covered.capacity() > image.size().bytes()) {
            return Checksum.WRONG;
        }
        image.read(ErofsFormat.SUPERBLOCK_OFFSET, covered);
        return SuperblockChecksum.of(covered.flip()) == superblock.getInt(ErofsFormat.SB_CHECKSUM)
                ? Checksum.RIGHT
                : Checksum.WRONG;
    }

    private static MalformedFormatException malformed(String field, int at, String problem) {
        return new MalformedFormatException(FORMAT, field, ErofsFormat.SUPERBLOCK_OFFSET + (long) at, problem);
    }
}
