package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;

/**
 * dm-verity, as if every block were read (version 1, SHA-256, blocks of 4096 bytes). One thread and no streams: what it is
 * for is thousands of small slots.
 */
final class VerityCheck {
    private static final int BLOCK = 4096;
    private static final int DIGEST = 32;
    private static final int FANOUT = BLOCK / DIGEST;

    /** How many blocks of data are read at once. */
    private static final int CHUNK = 512;

    private static final byte[] SIGNATURE = {'v', 'e', 'r', 'i', 't', 'y', 0, 0};

    private VerityCheck() {}

    /** {@return what is wrong with a slot, if anything is} */
    static Optional<String> problem(BlockDevice data, BlockDevice hashes, RootHash root) throws IOException {
        var superblock = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        hashes.read(0, superblock);
        if (!Arrays.equals(superblock.array(), 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            return Optional.of("there is no dm-verity superblock");
        }
        var blocks = superblock.getLong(72);
        if (blocks < 1 || blocks > data.size().bytes() / BLOCK) {
            return Optional.of("the superblock speaks of " + blocks + " blocks of data");
        }
        var salt = Arrays.copyOfRange(superblock.array(), 88, 88 + Short.toUnsignedInt(superblock.getShort(80)));
        var levels = new ArrayList<Long>();
        for (var count = blocks; count > 1; ) {
            count = Math.ceilDiv(count, FANOUT);
            levels.addFirst(count);
        }
        var digest = Sha256Digest.newMessageDigest();
        var expected = root.bytes();
        var offset = (long) BLOCK;
        for (var level : levels) {
            if (offset + level * BLOCK > hashes.size().bytes()) {
                return Optional.of("the hashes do not fit their partition");
            }
            var found = new byte[(int) (level * BLOCK)];
            hashes.read(offset, ByteBuffer.wrap(found));
            var bad = firstBad(digest, salt, found, expected);
            if (bad >= 0) {
                return Optional.of("block " + (offset / BLOCK + bad) + " of the hashes is wrong");
            }
            expected = found;
            offset += level * BLOCK;
        }
        var chunk = new byte[(int) Math.min(CHUNK, blocks) * BLOCK];
        for (var block = 0L; block < blocks; block += CHUNK) {
            var count = (int) Math.min(CHUNK, blocks - block);
            data.read(block * BLOCK, ByteBuffer.wrap(chunk, 0, count * BLOCK));
            var hashesOfChunk = Arrays.copyOfRange(expected, (int) block * DIGEST, (int) (block + count) * DIGEST);
            var bad = firstBad(
                    digest,
                    salt,
                    count * BLOCK == chunk.length ? chunk : Arrays.copyOf(chunk, count * BLOCK),
                    hashesOfChunk);
            if (bad >= 0) {
                return Optional.of("block " + (block + bad) + " of /usr is wrong");
            }
        }
        return Optional.empty();
    }

    private static int firstBad(MessageDigest digest, byte[] salt, byte[] bytes, byte[] expected) {
        for (var block = 0; block < bytes.length / BLOCK; block++) {
            digest.update(salt);
            digest.update(bytes, block * BLOCK, BLOCK);
            var found = digest.digest();
            if (!Arrays.equals(found, 0, DIGEST, expected, block * DIGEST, (block + 1) * DIGEST)) {
                return block;
            }
        }
        return -1;
    }
}
