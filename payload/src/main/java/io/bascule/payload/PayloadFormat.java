package io.bascule.payload;

import java.util.regex.Pattern;

/**
 * Magic, sizes and limits of CrAU major version 2: the comment at the top of <a
 * href="https://android.googlesource.com/platform/system/update_engine/+/refs/heads/main/update_metadata.proto">
 * update_metadata.proto</a>. The limits are ours; together they hold what applying needs well below 64 MiB of heap.
 */
final class PayloadFormat {
    static final String NAME = "CrAU payload";

    /** "CrAU" as a big-endian number. */
    static final int MAGIC = 0x4372_4155;

    static final long MAJOR_VERSION = 2;

    /** Full payloads; every other minor version needs the bytes of an old partition. */
    static final int FULL_MINOR_VERSION = 0;

    /** The first that has all operations that we know, with the meaning that they have now. */
    static final int FIRST_DELTA_MINOR_VERSION = 4;

    /** What our own deltas are: offsets of 64 bits. */
    static final int DELTA_MINOR_VERSION = 6;

    /** The newest that is in use; what is new in it are operations that we do not know. */
    static final int LAST_DELTA_MINOR_VERSION = 10;

    /** Deltas with operations of our own: no version of anybody else, so that everybody else refuses them. */
    static final int EXTENDED_MINOR_VERSION = 100;

    static final int HEADER_SIZE = 24;

    // Offsets in the header.
    static final int VERSION = 4;
    static final int MANIFEST_SIZE = 12;
    static final int METADATA_SIGNATURE_SIZE = 20;

    /** The manifest's default, and the only one in use anywhere. */
    static final int BLOCK_SIZE = 4096;

    /** An operation takes about 70 bytes: enough for more of them than {@link #MAX_OPERATIONS}. */
    static final int MAX_MANIFEST_SIZE = 8 << 20;

    /** 128 GiB in operations of 2 MiB; as objects about 20 MiB of heap. */
    static final int MAX_OPERATIONS = 1 << 16;

    /** Full payloads need one an operation; some writers split around holes. Of deltas the sources count, too. */
    static final int MAX_EXTENTS = 2 * MAX_OPERATIONS;

    /** Android's largest devices have about 40. */
    static final int MAX_PARTITIONS = 128;

    /** A GPT name has 36 characters; all names known are of these, and safe in messages and file names. */
    static final Pattern PARTITION_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,36}");

    /** A blob is held in memory until its hash is known to be right; writers make 1 or 2 MiB. */
    static final int MAX_BLOB_SIZE = 8 << 20;

    /** What {@code xz -6} needs to decode (8 MiB dictionary), in KiB; chunks of 2 MiB need a quarter of it. */
    static final int MAX_XZ_MEMORY_KIB = 9 << 10;

    /** Room for {@link #MAX_SIGNATURES} of RSA-4096 several times over. */
    static final int MAX_SIGNATURES_SIZE = 64 << 10;

    /** Each costs a verification for every trusted key. */
    static final int MAX_SIGNATURES = 16;

    private PayloadFormat() {}
}
