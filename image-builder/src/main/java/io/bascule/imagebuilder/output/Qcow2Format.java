package io.bascule.imagebuilder.output;

/**
 * Numbers of the qcow2 format, all big-endian.
 *
 * @see <a href="https://gitlab.com/qemu-project/qemu/-/blob/master/docs/interop/qcow2.rst">qcow2</a>
 */
final class Qcow2Format {
    static final String NAME = "qcow2";
    static final int MAGIC = 0x514649FB;

    static final int VERSION = 4;
    static final int BACKING_FILE = 8;
    static final int CLUSTER_BITS = 20;
    static final int SIZE = 24;
    static final int CRYPT_METHOD = 32;
    static final int L1_SIZE = 36;
    static final int L1_TABLE = 40;
    static final int REFCOUNT_TABLE = 48;
    static final int REFCOUNT_TABLE_CLUSTERS = 56;
    static final int INCOMPATIBLE = 72;
    static final int REFCOUNT_ORDER = 96;
    static final int HEADER_LENGTH = 100;
    static final int COMPRESSION_TYPE = 104;

    static final int HEADER_SIZE_V2 = 72;
    static final int HEADER_SIZE_V3 = 104;
    /** With the compression type and its padding. */
    static final int HEADER_SIZE = 112;

    static final long DIRTY = 1;
    static final long CORRUPT = 1 << 1;
    static final long EXTERNAL_DATA = 1 << 2;
    static final long COMPRESSION = 1 << 3;
    static final long EXTENDED_L2 = 1 << 4;

    static final int TYPE_DEFLATE = 0;
    static final int TYPE_ZSTD = 1;

    /** In entries of both levels: nothing else refers to the cluster. */
    static final long COPIED = 1L << 63;

    static final long COMPRESSED = 1L << 62;
    static final long OFFSET_MASK = 0x00FF_FFFF_FFFF_FE00L;
    /** In a standard entry of version 3: the cluster reads as zeros, whatever it holds. */
    static final long READS_AS_ZERO = 1;

    static final int MIN_CLUSTER_BITS = 9;
    static final int MAX_CLUSTER_BITS = 21;
    static final int ENTRY = 8;
    static final int SECTOR = 512;
    /** What QEMU opens at most: 32 MiB. */
    static final int MAX_L1_ENTRIES = (32 << 20) / ENTRY;

    // What we write.
    static final int WRITTEN_CLUSTER_BITS = 16;
    static final int CLUSTER = 1 << WRITTEN_CLUSTER_BITS;
    static final int L2_ENTRIES = CLUSTER / ENTRY;
    static final int REFCOUNT_ORDER_16_BITS = 4;
    static final int REFCOUNTS = CLUSTER / 2;

    private Qcow2Format() {}

    /** {@return how many low bits of a compressed entry are the offset; the rest, up to bit 61, counts sectors} */
    static int compressedOffsetBits(int clusterBits) {
        return 62 - (clusterBits - 8);
    }
}
