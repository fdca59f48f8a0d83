package io.bascule.imagebuilder.verity;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The superblock of a hash device, which tells {@code veritysetup} the salt and the size of the data.
 *
 * @param dataBlocks of 4096 bytes
 */
record VeritySuperblock(UUID uuid, VeritySalt salt, long dataBlocks) {
    private static final String FORMAT = "dm-verity superblock";

    ByteBuffer encode() {
        var buffer = ByteBuffer.allocate(VerityFormat.SUPERBLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(VerityFormat.SIGNATURE);
        buffer.putInt(VerityFormat.VERSION);
        buffer.putInt(VerityFormat.HASH_TYPE);
        buffer.putLong(Long.reverseBytes(uuid.getMostSignificantBits()));
        buffer.putLong(Long.reverseBytes(uuid.getLeastSignificantBits()));
        buffer.put(VerityFormat.ALGORITHM.getBytes(StandardCharsets.US_ASCII));
        buffer.position(VerityFormat.SB_DATA_BLOCK_SIZE);
        buffer.putInt(VerityFormat.BLOCK);
        buffer.putInt(VerityFormat.BLOCK);
        buffer.putLong(dataBlocks);
        var bytes = salt.bytes();
        buffer.putShort((short) bytes.length);
        buffer.position(VerityFormat.SB_SALT);
        buffer.put(bytes);
        return buffer.clear();
    }

    /**
     * Reads the superblock at the start of {@code device}.
     *
     * @throws MalformedFormatException if it is none, or one of another kind than we write
     */
    static VeritySuperblock read(BlockDevice device) throws IOException {
        if (device.size().bytes() < VerityFormat.SUPERBLOCK_SIZE) {
            throw new MalformedFormatException(
                    FORMAT, "signature", 0, "a hash device of " + device.size().bytes() + " bytes has no room for it");
        }
        var buffer = ByteBuffer.allocate(VerityFormat.SUPERBLOCK_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        device.read(0, buffer);
        var bytes = buffer.array();
        if (!Arrays.equals(bytes, 0, VerityFormat.SIGNATURE.length, VerityFormat.SIGNATURE, 0, 8)) {
            throw new MalformedFormatException(FORMAT, "signature", 0, "not 'verity' and two zero bytes");
        }
        expect(buffer, "version", VerityFormat.SB_VERSION, VerityFormat.VERSION);
        expect(buffer, "hash_type", VerityFormat.SB_HASH_TYPE, VerityFormat.HASH_TYPE);
        expect(buffer, "data_block_size", VerityFormat.SB_DATA_BLOCK_SIZE, VerityFormat.BLOCK);
        expect(buffer, "hash_block_size", VerityFormat.SB_HASH_BLOCK_SIZE, VerityFormat.BLOCK);
        var algorithm = new String(
                        bytes, VerityFormat.SB_ALGORITHM, VerityFormat.ALGORITHM_SIZE, StandardCharsets.ISO_8859_1)
                .replaceFirst("\0+$", "");
        if (!algorithm.equals(VerityFormat.ALGORITHM)) {
            throw new MalformedFormatException(
                    FORMAT, "algorithm", VerityFormat.SB_ALGORITHM, "expected sha256, found '" + algorithm + "'");
        }
        var dataBlocks = buffer.getLong(VerityFormat.SB_DATA_BLOCKS);
        if (dataBlocks < 1 || dataBlocks > Long.MAX_VALUE / VerityFormat.BLOCK / 2) {
            throw new MalformedFormatException(
                    FORMAT, "data_blocks", VerityFormat.SB_DATA_BLOCKS, "no possible number: " + dataBlocks);
        }
        var saltSize = Short.toUnsignedInt(buffer.getShort(VerityFormat.SB_SALT_SIZE));
        if (saltSize > VerityFormat.MAX_SALT) {
            throw new MalformedFormatException(
                    FORMAT, "salt_size", VerityFormat.SB_SALT_SIZE, "at most 256, found " + saltSize);
        }
        var salt = Arrays.copyOfRange(bytes, VerityFormat.SB_SALT, VerityFormat.SB_SALT + saltSize);
        buffer.order(ByteOrder.BIG_ENDIAN).position(VerityFormat.SB_UUID);
        return new VeritySuperblock(new UUID(buffer.getLong(), buffer.getLong()), VeritySalt.of(salt), dataBlocks);
    }

    private static void expect(ByteBuffer buffer, String field, int offset, int expected)
            throws MalformedFormatException {
        var found = buffer.getInt(offset);
        if (found != expected) {
            throw new MalformedFormatException(FORMAT, field, offset, "expected " + expected + ", found " + found);
        }
    }
}
