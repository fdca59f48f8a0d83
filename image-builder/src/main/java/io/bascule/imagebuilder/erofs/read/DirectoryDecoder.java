package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Reads directories: blocks of entries and their names. The kernel searches by halves, so what is not sorted is
 * malformed: it would not find it.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#directories">Directories</a>
 */
final class DirectoryDecoder {
    private static final String FORMAT = "EROFS directory";
    private static final Name SELF = Name.of(".");
    private static final Name PARENT = Name.of("..");

    private final ErofsInode directory;
    private final LongUnaryOperator imageOffset;
    private final List<ErofsEntry> entries = new ArrayList<>();
    private Name last = Name.of("");
    private boolean namesItself;

    /** @param imageOffset where a byte of the directory stands in the image */
    DirectoryDecoder(ErofsInode directory, LongUnaryOperator imageOffset) {
        this.directory = directory;
        this.imageOffset = imageOffset;
    }

    /** Takes the next block; the last may be shorter than the others. */
    void add(ByteBuffer block, long start) throws MalformedFormatException {
        if (block.limit() < ErofsFormat.DIRENT_SIZE) {
            throw malformed("i_size", start, "ends inside an entry");
        }
        var names = nameOffset(block, 0);
        if (names < ErofsFormat.DIRENT_SIZE || names % ErofsFormat.DIRENT_SIZE != 0 || names > block.limit()) {
            throw malformed(
                    "nameoff",
                    start + ErofsFormat.DIRENT_NAME_OFFSET,
                    names + " is not the end of entries of 12 bytes in a block of " + block.limit());
        }
        for (var at = 0; at < names; at += ErofsFormat.DIRENT_SIZE) {
            var from = nameOffset(block, at);
            var next = at + ErofsFormat.DIRENT_SIZE;
            var to = next == names ? end(block, from) : nameOffset(block, next);
            if (from < names || to <= from || to > block.limit() || to - from > Name.MAX_LENGTH) {
                throw malformed(
                        "nameoff",
                        start + at + ErofsFormat.DIRENT_NAME_OFFSET,
                        "a name from " + from + " to " + to + " in a block of " + block.limit());
            }
            add(
                    name(block, from, to, start),
                    block.getLong(at),
                    block.get(at + ErofsFormat.DIRENT_FILE_TYPE),
                    start + at);
        }
    }

    private void add(Name name, long nid, int typeCode, long at) throws MalformedFormatException {
        if (name.compareTo(last) <= 0) {
            throw malformed("name", at, "'" + name + "' does not come behind '" + last + "'");
        }
        last = name;
        if (name.equals(SELF)) {
            if (nid != directory.nid()) {
                throw malformed("nid", at, "'.' of inode " + directory.nid() + " is inode " + nid);
            }
            namesItself = true;
        } else if (!name.equals(PARENT)) {
            entries.add(new ErofsEntry(name, nid, typeCode & 0xFF, imageOffset.applyAsLong(at)));
        }
    }

    /** {@return all entries but "." and ".."} */
    List<ErofsEntry> finish() throws MalformedFormatException {
        if (!namesItself) {
            throw malformed("name", 0, "the directory has no '.'");
        }
        return entries;
    }

    private Name name(ByteBuffer block, int from, int to, long start) throws MalformedFormatException {
        var bytes = new byte[to - from];
        block.get(from, bytes);
        for (var b : bytes) {
            if (b == 0 || b == '/') {
                throw malformed("name", start + from, "a name with '/' or a zero byte in it");
            }
        }
        return Name.of(bytes);
    }

    private static int nameOffset(ByteBuffer block, int at) {
        return block.getShort(at + ErofsFormat.DIRENT_NAME_OFFSET) & 0xFFFF;
    }

    /** {@return where the last name of a block ends: at the first zero byte, or with the block} */
    private static int end(ByteBuffer block, int from) {
        var to = from;
        while (to < block.limit() && block.get(to) != 0) {
            to++;
        }
        return to;
    }

    private MalformedFormatException malformed(String field, long at, String problem) {
        return new MalformedFormatException(FORMAT, field, imageOffset.applyAsLong(at), problem);
    }
}
