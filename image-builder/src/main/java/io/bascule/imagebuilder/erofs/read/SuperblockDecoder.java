package io.bascule.imagebuilder.erofs.read;

import static io.bascule.imagebuilder.erofs.format.ErofsFormat.SUPERBLOCK_OFFSET;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.erofs.format.SuperblockChecksum;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Reads and checks the superblock.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#superblock">Superblock</a>
 */
final class SuperblockDecoder {
    private static final String FORMAT = "EROFS superblock";
    private static final int MIN_BLOCK_BITS = 9;
    private static final int MAX_BLOCK_BITS = 16;
    private static final int KNOWN_FEATURES = ErofsFormat.FEATURE_INCOMPAT_ZERO_PADDING
            | ErofsFormat.FEATURE_INCOMPAT_COMPR_CFGS
            | ErofsFormat.FEATURE_INCOMPAT_CHUNKED_FILE
            | ErofsFormat.FEATURE_INCOMPAT_DEVICE_TABLE_OR_HEAD2
            | ErofsFormat.FEATURE_INCOMPAT_ZTAILPACKING
            | ErofsFormat.FEATURE_INCOMPAT_FRAGMENTS_OR_DEDUPE;
    /** What others have that we know the name of. */
    private static final Map<Integer, String> OTHER_FEATURES = new TreeMap<>(Map.of(
            ErofsFormat.FEATURE_INCOMPAT_XATTR_PREFIXES, "long prefixes of extended attributes (XATTR_PREFIXES)",
            ErofsFormat.FEATURE_INCOMPAT_48BIT, "48-bit block addresses (48BIT)",
            ErofsFormat.FEATURE_INCOMPAT_METABOX, "compressed metadata (METABOX)"));
    /** {@code lz4_cfgs}, {@code lzma_cfgs}, {@code deflate_cfgs}, {@code zstd_cfgs}, by number of the algorithm. */
    private static final int[] RECORD_SIZES = {14, 14, 6, 6};

    private final BlockDevice device;
    private final ByteBuffer bytes;

    private SuperblockDecoder(BlockDevice device, ByteBuffer bytes) {
        this.device = device;
        this.bytes = bytes;
    }

    /** @throws MalformedFormatException if there is no superblock, or it says what cannot be, or what we cannot read */
    static ErofsSuperblock decode(BlockDevice device) throws IOException {
        if (device.size().bytes() < SUPERBLOCK_OFFSET + ErofsFormat.SUPERBLOCK_SIZE) {
            throw new MalformedFormatException(
                    FORMAT, "device", 0, "it has only " + device.size().bytes() + " bytes");
        }
        var bytes = ByteBuffer.allocate(ErofsFormat.SUPERBLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        device.read(SUPERBLOCK_OFFSET, bytes);
        return new SuperblockDecoder(device, bytes.flip()).decode();
    }

    private ErofsSuperblock decode() throws IOException {
        if (bytes.getInt(0) != ErofsFormat.MAGIC) {
            throw malformed("magic", 0, "not an EROFS image: 0x" + Integer.toHexString(bytes.getInt(0)));
        }
        var blockBits = bytes.get(ErofsFormat.SB_BLOCK_BITS);
        if (blockBits < MIN_BLOCK_BITS || blockBits > MAX_BLOCK_BITS) {
            throw malformed("blkszbits", ErofsFormat.SB_BLOCK_BITS, "expected 9 to 16, found " + blockBits);
        }
        checkChecksum(1 << blockBits);
        var features = bytes.getInt(ErofsFormat.SB_FEATURE_INCOMPAT);
        checkFeatures(features);
        var blocks = bytes.getInt(ErofsFormat.SB_BLOCKS) & 0xFFFF_FFFFL;
        if (blocks << blockBits > device.size().bytes()) {
            throw malformed(
                    "blocks",
                    ErofsFormat.SB_BLOCKS,
                    blocks + " blocks of " + (1 << blockBits) + " bytes are more than the "
                            + device.size().bytes() + " bytes that are there");
        }
        var fragments = (features & ErofsFormat.FEATURE_INCOMPAT_FRAGMENTS_OR_DEDUPE) != 0;
        return new ErofsSuperblock(
                blockBits,
                blocks,
                bytes.getLong(ErofsFormat.SB_INODES),
                buildTime(),
                uuid(),
                volumeName(),
                algorithms(features),
                (features & ErofsFormat.FEATURE_INCOMPAT_ZERO_PADDING) != 0,
                fragments,
                bytes.getShort(ErofsFormat.SB_ROOT_NID) & 0xFFFFL,
                fragments ? bytes.getLong(ErofsFormat.SB_PACKED_NID) : 0,
                bytes.getInt(ErofsFormat.SB_META_BLOCK) & 0xFFFF_FFFFL,
                bytes.getInt(ErofsFormat.SB_XATTR_BLOCK) & 0xFFFF_FFFFL);
    }

    private void checkChecksum(int blockSize) throws IOException {
        if ((bytes.getInt(ErofsFormat.SB_FEATURE_COMPAT) & ErofsFormat.FEATURE_COMPAT_SB_CHKSUM) == 0) {
            return;
        }
        var length = SuperblockChecksum.coverage(blockSize);
        if (device.size().bytes() < SUPERBLOCK_OFFSET + length) {
            throw malformed("blkszbits", ErofsFormat.SB_BLOCK_BITS, "the image ends inside its first block");
        }
        var block = ByteBuffer.allocate(length);
        device.read(SUPERBLOCK_OFFSET, block);
        var computed = SuperblockChecksum.of(block.flip());
        var stored = bytes.getInt(ErofsFormat.SB_CHECKSUM);
        if (stored != computed) {
            throw malformed(
                    "checksum",
                    ErofsFormat.SB_CHECKSUM,
                    "stored 0x" + Integer.toHexString(stored) + ", computed 0x" + Integer.toHexString(computed));
        }
    }

    private void checkFeatures(int features) throws MalformedFormatException {
        for (var other : OTHER_FEATURES.entrySet()) {
            if ((features & other.getKey()) != 0) {
                throw malformed(
                        "feature_incompat",
                        ErofsFormat.SB_FEATURE_INCOMPAT,
                        "the image has " + other.getValue() + ", which cannot be read");
            }
        }
        if ((features & ~KNOWN_FEATURES) != 0) {
            throw malformed(
                    "feature_incompat",
                    ErofsFormat.SB_FEATURE_INCOMPAT,
                    "unknown features 0x" + Integer.toHexString(features & ~KNOWN_FEATURES));
        }
        if (bytes.getShort(ErofsFormat.SB_EXTRA_DEVICES) != 0) {
            throw malformed(
                    "extra_devices",
                    ErofsFormat.SB_EXTRA_DEVICES,
                    "the image has parts on " + (bytes.getShort(ErofsFormat.SB_EXTRA_DEVICES) & 0xFFFF)
                            + " other devices (DEVICE_TABLE), which cannot be read");
        }
        if (bytes.get(ErofsFormat.SB_DIRECTORY_BLOCK_BITS) != 0) {
            throw malformed(
                    "dirblkbits",
                    ErofsFormat.SB_DIRECTORY_BLOCK_BITS,
                    "directories in blocks of another size cannot be read");
        }
    }

    private Instant buildTime() throws MalformedFormatException {
        var seconds = bytes.getLong(ErofsFormat.SB_BUILD_TIME);
        var nanos = bytes.getInt(ErofsFormat.SB_BUILD_TIME_NANOS);
        return ErofsTime.of(seconds, nanos)
                .orElseThrow(() -> malformed(
                        "build_time", ErofsFormat.SB_BUILD_TIME, "no time: " + seconds + " s, " + nanos + " ns"));
    }

    private UUID uuid() {
        return new UUID(
                Long.reverseBytes(bytes.getLong(ErofsFormat.SB_UUID)),
                Long.reverseBytes(bytes.getLong(ErofsFormat.SB_UUID + Long.BYTES)));
    }

    private String volumeName() {
        var name = new byte[ErofsFormat.VOLUME_NAME_SIZE];
        bytes.get(ErofsFormat.SB_VOLUME_NAME, name);
        var length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** Without configuration records, LZ4 is all there is. */
    private Set<ErofsExtent.Storage> algorithms(int features) throws IOException {
        if ((features & ErofsFormat.FEATURE_INCOMPAT_COMPR_CFGS) == 0) {
            return EnumSet.of(ErofsExtent.Storage.LZ4);
        }
        var found = EnumSet.noneOf(ErofsExtent.Storage.class);
        var bits = bytes.getShort(ErofsFormat.SB_ALGORITHMS) & 0xFFFF;
        var at = (long) SUPERBLOCK_OFFSET
                + ErofsFormat.SUPERBLOCK_SIZE
                + (bytes.get(ErofsFormat.SB_SLOTS) & 0xFF) * (long) ErofsFormat.SUPERBLOCK_SLOT;
        var image = new ImageBytes(device, device.size().bytes());
        for (var algorithm = 0; bits >> algorithm != 0; algorithm++) {
            if (((bits >> algorithm) & 1) != 0) {
                found.add(MapHeader.storage(algorithm)
                        .orElseThrow(() -> malformed(
                                "available_compr_algs",
                                ErofsFormat.SB_ALGORITHMS,
                                "unknown compression algorithms: 0x" + Integer.toHexString(bits))));
                at = record(image, at, algorithm);
            }
        }
        return found;
    }

    /** {@return where the next record begins} */
    private static long record(ImageBytes image, long at, int algorithm) throws IOException {
        var structure = "EROFS compression configuration";
        var size = image.read(at, Short.BYTES, structure, "size", at).getShort() & 0xFFFF;
        if (size < RECORD_SIZES[algorithm]) {
            throw new MalformedFormatException(
                    structure, "size", at, "expected " + RECORD_SIZES[algorithm] + " bytes, found " + size);
        }
        var record = image.read(at + Short.BYTES, size, structure, "size", at);
        var format = switch (algorithm) {
            case ErofsFormat.ALGORITHM_LZMA -> record.getShort(Integer.BYTES);
            case ErofsFormat.ALGORITHM_ZSTD -> record.get(0);
            default -> 0;
        };
        if (format != 0) {
            throw new MalformedFormatException(structure, "format", at, "a format that cannot be read: " + format);
        }
        return ErofsFormat.roundUp(at + Short.BYTES + size, Integer.BYTES);
    }

    private static MalformedFormatException malformed(String field, int offset, String problem) {
        return new MalformedFormatException(FORMAT, field, SUPERBLOCK_OFFSET + (long) offset, problem);
    }
}
