package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads extended attributes: those behind the inode, and those in the shared area that it names.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#extended-attributes">Extended attributes</a>
 */
record XattrDecoder(ImageBytes image, ErofsSuperblock superblock) {
    private static final String BODY = "EROFS extended attributes";
    private static final String ENTRY = "EROFS extended attribute";
    /** The names of one file that listxattr(2) can tell, and as much again for each of a few values. */
    private static final int MAX_TOTAL = 1 << 20;

    /** {@return attributes by full name} */
    SortedMap<Name, byte[]> decode(ErofsInode inode) throws IOException {
        if (inode.xattrSize() == 0) {
            return Collections.emptySortedMap();
        }
        var start = inode.offset() + inode.coreSize();
        var body = image.read(start, inode.xattrSize(), BODY, "i_xattr_icount", inode.offset() + 2);
        var shared = body.get(ErofsFormat.XATTR_SHARED_COUNT) & 0xFF;
        var inline = ErofsFormat.XATTR_HEADER_SIZE + Integer.BYTES * shared;
        if (inline > body.limit()) {
            throw new MalformedFormatException(
                    BODY,
                    "h_shared_count",
                    start + ErofsFormat.XATTR_SHARED_COUNT,
                    shared + " shared attributes do not fit the " + body.limit() + " bytes of all");
        }
        var found = new Found();
        for (var i = 0; i < shared; i++) {
            var at = ErofsFormat.XATTR_HEADER_SIZE + Integer.BYTES * i;
            var id = body.getInt(at) & 0xFFFF_FFFFL;
            shared(id, start + at, found);
        }
        for (var at = inline; at < body.limit(); ) {
            at = entry(body, at, start, found);
        }
        return found.xattrs;
    }

    /** What was found so far. */
    private static final class Found {
        private final SortedMap<Name, byte[]> xattrs = new TreeMap<>();
        private int total;

        void put(Name name, byte[] value, long offset) throws MalformedFormatException {
            total += name.length() + value.length;
            if (total > MAX_TOTAL) {
                throw new MalformedFormatException(
                        BODY, "e_value_size", offset, "more than " + MAX_TOTAL + " bytes in one file");
            }
            if (xattrs.put(name, value) != null) {
                throw new MalformedFormatException(ENTRY, "e_name", offset, "a second attribute '" + name + "'");
            }
        }
    }

    private void shared(long id, long idOffset, Found found) throws IOException {
        var at = (superblock.xattrBlock() << superblock.blockBits()) + Integer.BYTES * id;
        var head = image.read(at, ErofsFormat.XATTR_ENTRY_SIZE, ENTRY, "h_shared_xattrs", idOffset);
        var entry = image.read(at, size(head, 0), ENTRY, "e_value_size", at + 2);
        entry(entry, 0, at, found);
    }

    /** {@return the size of the entry without padding} */
    private static int size(ByteBuffer bytes, int at) {
        return ErofsFormat.XATTR_ENTRY_SIZE + (bytes.get(at) & 0xFF) + (bytes.getShort(at + 2) & 0xFFFF);
    }

    /**
     * {@return where the next entry begins in {@code bytes}}
     *
     * @param start where {@code bytes} begins in the image
     */
    private static int entry(ByteBuffer bytes, int at, long start, Found found) throws MalformedFormatException {
        // The body has whole words, so the head of an entry is there; only then its size is known.
        var size = size(bytes, at);
        if (size > bytes.limit() - at) {
            throw new MalformedFormatException(
                    ENTRY, "e_value_size", start + at + 2, "goes beyond the attributes of the inode");
        }
        var rest = new byte[bytes.get(at) & 0xFF];
        bytes.get(at + ErofsFormat.XATTR_ENTRY_SIZE, rest);
        var value = new byte[bytes.getShort(at + 2) & 0xFFFF];
        bytes.get(at + ErofsFormat.XATTR_ENTRY_SIZE + rest.length, value);
        var index = bytes.get(at + 1) & 0xFF;
        if ((index & ErofsFormat.XATTR_LONG_PREFIX) != 0) {
            throw new MalformedFormatException(
                    ENTRY, "e_name_index", start + at + 1, "long prefixes (XATTR_PREFIXES) cannot be read");
        }
        var prefix = prefix(index);
        if (prefix.isEmpty()) {
            throw new MalformedFormatException(ENTRY, "e_name_index", start + at + 1, "no prefix has number " + index);
        }
        var text = prefix.getBytes(StandardCharsets.US_ASCII);
        var name = ByteBuffer.allocate(text.length + rest.length).put(text).put(rest);
        found.put(Name.of(name.array()), value, start + at);
        return (int) ErofsFormat.roundUp((long) at + size, Integer.BYTES);
    }

    private static String prefix(int index) {
        return switch (index) {
            case 1 -> "user.";
            case 2 -> "system.posix_acl_access";
            case 3 -> "system.posix_acl_default";
            case 4 -> "trusted.";
            case 5 -> "lustre.";
            case 6 -> "security.";
            default -> "";
        };
    }
}
