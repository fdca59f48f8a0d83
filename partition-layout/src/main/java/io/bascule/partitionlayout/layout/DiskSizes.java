package io.bascule.partitionlayout.layout;

import io.bascule.partitionlayout.ByteCount;

/**
 * The sizes that a board decides. Those of ESP and slots can never change on a host, so they need room for years. All
 * are positive multiples of 1 MiB.
 *
 * @param esp for two boot entries and the boot loader
 * @param usr for the file system in one slot
 * @param usrVerity for the dm-verity superblock and hash tree of one slot; at least {@link #verityOf} its {@code usr}
 * @param stateMinimum what STATE gets on the smallest disk; it takes whatever a larger one has
 */
public record DiskSizes(ByteCount esp, ByteCount usr, ByteCount usrVerity, ByteCount stateMinimum) {
    static final long ALIGNMENT = 1L << 20;

    private static final long HASH_BLOCK = 4096;
    private static final long DIGESTS_PER_BLOCK = HASH_BLOCK / 32;

    public DiskSizes {
        check("ESP", esp);
        check("usr", usr);
        check("usr verity", usrVerity);
        check("STATE", stateMinimum);
        if (usrVerity.compareTo(verityOf(usr)) < 0) {
            throw new IllegalArgumentException(
                    "usr verity size " + usrVerity + " is too small: the hashes of " + usr + " need " + verityOf(usr));
        }
    }

    /** {@return these sizes, and for the hashes what {@link #verityOf} says} */
    public static DiskSizes of(ByteCount esp, ByteCount usr, ByteCount stateMinimum) {
        return new DiskSizes(esp, usr, verityOf(usr), stateMinimum);
    }

    /**
     * {@return the space for a dm-verity superblock and the SHA-256 hash tree of {@code data}, up to a whole MiB} Each
     * level has a 32-byte digest for every 4 KiB block of the level below, the last is a single block.
     */
    public static ByteCount verityOf(ByteCount data) {
        var superblock = 1L;
        var blocks = superblock;
        var level = Math.ceilDiv(data.bytes(), HASH_BLOCK);
        do {
            level = Math.ceilDiv(level, DIGESTS_PER_BLOCK);
            blocks += level;
        } while (level > 1);
        return new ByteCount(blocks * HASH_BLOCK).roundUp(ALIGNMENT);
    }

    private static void check(String name, ByteCount size) {
        if (size.bytes() == 0 || size.bytes() % ALIGNMENT != 0) {
            throw new IllegalArgumentException(name + " size " + size.bytes() + " is not a positive multiple of 1 MiB");
        }
    }
}
