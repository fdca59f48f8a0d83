package io.bascule.partitionlayout.gpt;

/**
 * Bits of {@link PartitionEntry#attributes}. Bits 0 to 2 are the UEFI Specification's (2.10, table 5-8), 48 to 63 belong
 * to the partition's type; those here are the Discoverable Partitions Specification's ("Partition Attribute Flags").
 */
public final class PartitionAttributes {
    /** The platform needs this partition; tools should not delete it. */
    public static final long REQUIRED = 1L;

    /** The file system in it is grown to the partition's size when it is mounted. */
    public static final long GROW_FILE_SYSTEM = 1L << 59;

    /** It is only ever mounted read-only. */
    public static final long READ_ONLY = 1L << 60;

    /** It is not found by its type; something else must name it. */
    public static final long NO_AUTO = 1L << 63;

    private PartitionAttributes() {}
}
