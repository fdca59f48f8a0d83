package io.bascule.imagebuilder.verity;

/**
 * Numbers of the dm-verity hash format, version 1, as we use it: SHA-256 over blocks of 4096 bytes.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/device-mapper/verity.html">dm-verity</a>
 * @see <a href="https://gitlab.com/cryptsetup/cryptsetup/-/wikis/DMVerity">superblock and hash area</a>
 */
final class VerityFormat {
    static final int BLOCK = 4096;
    static final String JAVA_ALGORITHM = "SHA-256";
    static final String ALGORITHM = "sha256";
    static final int DIGEST_SIZE = 32;
    static final int DIGESTS_PER_BLOCK = BLOCK / DIGEST_SIZE;
    static final int MAX_SALT = 256;

    // struct verity_sb, little-endian
    static final byte[] SIGNATURE = {'v', 'e', 'r', 'i', 't', 'y', 0, 0};
    static final int VERSION = 1;
    static final int HASH_TYPE = 1;
    static final int SUPERBLOCK_SIZE = 512;
    static final int SB_VERSION = 8;
    static final int SB_HASH_TYPE = 12;
    static final int SB_UUID = 16;
    static final int SB_ALGORITHM = 32;
    static final int ALGORITHM_SIZE = 32;
    static final int SB_DATA_BLOCK_SIZE = 64;
    static final int SB_HASH_BLOCK_SIZE = 68;
    static final int SB_DATA_BLOCKS = 72;
    static final int SB_SALT_SIZE = 80;
    static final int SB_SALT = 88;

    private VerityFormat() {}
}
