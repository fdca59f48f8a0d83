package io.bascule.partitionlayout.fat;

/**
 * What a byte of a volume belongs to.
 *
 * @param area the kind of structure
 * @param path of the file or directory, names separated by {@code /}; empty for the root and for all other areas
 * @param offset of the byte in the structure
 */
public record FatPlace(Area area, String path, long offset) {
    /** The kinds of structures. */
    public enum Area {
        /** The first sector, or its copy. */
        BOOT_SECTOR,
        /** What else stands in front of the tables: hints about free space, and nothing. */
        RESERVED,
        /** The file allocation table, all copies of it one behind the other. */
        TABLE,
        DIRECTORY,
        FILE,
        /** No file's: free clusters, and what is behind the last. */
        FREE
    }
}
