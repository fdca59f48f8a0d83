package io.bascule.imagebuilder.reproduce;

import io.bascule.partitionlayout.ForeignText;
import java.util.Locale;

/**
 * A structure that a byte belongs to.
 *
 * @param kind of structure
 * @param name which one of that kind, like a path; empty where there is only one
 * @param offset of the byte in it; for {@link Kind#TEXT} the line, from 1
 * @param length 1, or for what is compressed together how many bytes, from {@code offset} on, the byte may stand for
 */
public record Owner(Kind kind, String name, long offset, long length) {
    /** The kinds of structures, and what people call them. */
    public enum Kind {
        PARTITION_TABLE("the %s partition table"),
        PARTITION("partition %s"),
        GAP("a gap between partitions"),
        FAT_BOOT_SECTOR("the boot sector of the FAT"),
        FAT_RESERVED("the sectors in front of the FAT's tables"),
        FAT_TABLE("the table of the FAT"),
        FAT_DIRECTORY("the directory %s"),
        FAT_FILE("the file %s"),
        FAT_FREE("free space of the FAT"),
        EROFS_SUPERBLOCK("the superblock of the EROFS"),
        EROFS_CONFIGURATION("what is between superblock and inodes"),
        EROFS_INODE("the inode of %s"),
        EROFS_XATTRS("the extended attributes of %s"),
        EROFS_SHARED_XATTRS("the shared extended attributes"),
        EROFS_INDEX("the index of the compressed data of %s"),
        EROFS_DIRECTORY("the directory %s"),
        EROFS_LINK("the target of the symbolic link %s"),
        EROFS_DATA("the data of %s"),
        /** What is stored decodes to the same. */
        EROFS_COMPRESSION("the compressed form, whose contents are the same, of %s"),
        EROFS_UNUSED("no file of the EROFS"),
        VERITY_SUPERBLOCK("the superblock of the dm-verity hashes"),
        VERITY_HASH("dm-verity hashes, %s"),
        VERITY_END("what is behind the dm-verity hashes"),
        UKI_HEADERS("the PE headers"),
        UKI_SECTION("the section %s"),
        UKI_REST("what no section of the UKI has"),
        PAYLOAD_METADATA("header or manifest of the payload"),
        PAYLOAD_BLOB("the payload's %s"),
        PAYLOAD_END("the size of the payload"),
        TEXT("%s"),
        /** The structure cannot be read; the name says why. */
        UNKNOWN("something that cannot be read (%s)");

        private final String phrase;

        Kind(String phrase) {
            this.phrase = phrase;
        }
    }

    static Owner of(Kind kind, String name, long offset) {
        return new Owner(kind, name, offset, 1);
    }

    /** {@return the owner in words, like {@code the data of /bin/ls, byte 17}} */
    public String describe() {
        var what = String.format(Locale.ROOT, kind.phrase, ForeignText.printable(name));
        if (kind == Kind.TEXT) {
            return "line " + offset + (name.isEmpty() ? "" : ", " + what);
        }
        return length == 1
                ? what + ", byte " + offset
                : what + ", within bytes " + offset + " to " + (offset + length - 1)
                        + ", which are compressed together";
    }
}
