package io.bascule.imagebuilder.source;

import static io.bascule.imagebuilder.source.TarFormat.BLOCK;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive into a tree. Our own because names and extended attributes must stay bytes: the libraries decode
 * both as text, which destroys {@code security.capability} and every name that is not UTF-8.
 */
public final class TarReader {
    private static final ByteCount UNLIMITED = new ByteCount(Long.MAX_VALUE);

    private final InputStream in;
    private final Spool spool;
    private final EntrySink tree;
    private final UnpackBudget budget;
    private final LongConsumer progress;

    private long offset;
    private PaxHeader globalPax = PaxHeader.EMPTY;
    private PaxHeader pax = PaxHeader.EMPTY;
    private byte @Nullable [] longName;
    private byte @Nullable [] longLink;

    private TarReader(InputStream in, Spool spool, EntrySink tree, UnpackBudget budget, LongConsumer progress) {
        this.in = in;
        this.spool = spool;
        this.tree = tree;
        this.budget = budget;
        this.progress = progress;
    }

    /**
     * Unpacks an archive onto a tree, over what is there.
     *
     * @param in an uncompressed archive; it is read to the end-of-archive mark, which is two zero blocks or one
     * @param spool keeps the contents; the tree can be used as long as it is open
     * @param progress is told how many bytes of the archive have been read
     * @throws MalformedFormatException if the archive is cut short or not a tar, or has an entry that cannot be in an image
     */
    public static void read(InputStream in, Spool spool, FileTree tree, LongConsumer progress) throws IOException {
        read(in, spool, EntrySink.onto(tree), new UnpackBudget(UnpackBudget.MAX_ENTRIES, UNLIMITED), progress);
    }

    /** The same for archives from anywhere, and with other rules of what goes over what. */
    public static void read(InputStream in, Spool spool, EntrySink tree, UnpackBudget budget, LongConsumer progress)
            throws IOException {
        new TarReader(in, spool, tree, budget, progress).readAll();
    }

    private void readAll() throws IOException {
        var header = new byte[BLOCK];
        while (true) {
            var headerOffset = offset;
            readFully(header, "header");
            if (isZero(header)) {
                checkEnd(header);
                return;
            }
            checkChecksum(header, headerOffset);
            readEntry(header, headerOffset);
            progress.accept(offset);
        }
    }

    /** The end is marked by two zero blocks; an archive may be cut off after the first, but must not go on. */
    private void checkEnd(byte[] block) throws IOException {
        var count = in.readNBytes(block, 0, BLOCK);
        if (!isZero(Arrays.copyOf(block, count))) {
            throw malformed("end of archive", offset, "a lone zero block in the middle of an archive");
        }
        offset += count;
    }

    private void readEntry(byte[] header, long at) throws IOException {
        var type = (char) (header[TarFormat.TYPE_OFFSET] & 0xFF);
        var size = number(header, TarFormat.SIZE_OFFSET, TarFormat.SIZE_LENGTH, "size", at);
        switch (type) {
            case TarFormat.PAX -> pax = PaxHeader.parse(readExtended(size, at), at + BLOCK);
            case TarFormat.PAX_GLOBAL -> {
                // They stay, all of them.
                budget.spendEntry(at, size);
                globalPax = PaxHeader.parse(readExtended(size, at), at + BLOCK).over(globalPax);
            }
            case TarFormat.GNU_LONG_NAME -> longName = untilNul(readExtended(size, at));
            case TarFormat.GNU_LONG_LINK -> longLink = untilNul(readExtended(size, at));
            default -> {
                pax = pax.over(globalPax);
                readMember(header, type, pax.number("size", size, at), at);
                pax = PaxHeader.EMPTY;
                longName = null;
                longLink = null;
            }
        }
    }

    private void readMember(byte[] header, char type, long size, long at) throws IOException {
        if (type == TarFormat.GNU_SPARSE
                || pax.records().keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
            throw malformed(
                    "typeflag",
                    at + TarFormat.TYPE_OFFSET,
                    "sparse entries are not supported; make the archive without -S");
        }
        var pathBytes = path(header);
        if (pathBytes.length > 0 && pathBytes[0] == '/') {
            throw malformed("name", at, text(pathBytes) + " is absolute; names in an archive begin at its root");
        }
        var attributes = new Attributes(
                (int) (number(header, TarFormat.MODE_OFFSET, TarFormat.ID_LENGTH, "mode", at) & 0xFFF),
                id(header, TarFormat.UID_OFFSET, "uid", at),
                id(header, TarFormat.GID_OFFSET, "gid", at),
                pax.xattrs(at));
        budget.spendEntry(at, sizeOf(attributes));
        try {
            var path = FileTree.components(pathBytes);
            switch (type) {
                case TarFormat.REGULAR, TarFormat.REGULAR_V7, TarFormat.CONTIGUOUS -> {
                    // How archives from before POSIX say "directory".
                    if (pathBytes.length > 0 && pathBytes[pathBytes.length - 1] == '/') {
                        tree.putDirectory(path, attributes);
                    } else {
                        tree.put(path, new Inode.RegularFile(attributes, readContent(size)));
                    }
                }
                case TarFormat.HARD_LINK -> tree.put(path, linked(link(header), pathBytes, at));
                case TarFormat.SYMLINK -> tree.put(path, symlink(attributes, link(header), pathBytes, at));
                case TarFormat.DIRECTORY -> tree.putDirectory(path, attributes);
                case TarFormat.CHARACTER_DEVICE ->
                    tree.put(path, device(attributes, Inode.Special.Kind.CHARACTER_DEVICE, header, at));
                case TarFormat.BLOCK_DEVICE ->
                    tree.put(path, device(attributes, Inode.Special.Kind.BLOCK_DEVICE, header, at));
                case TarFormat.FIFO -> tree.put(path, new Inode.Special(attributes, Inode.Special.Kind.FIFO, 0, 0));
                default ->
                    throw malformed(
                            "typeflag",
                            at + TarFormat.TYPE_OFFSET,
                            "entries of type 0x" + Integer.toHexString(type) + " are not supported");
            }
        } catch (IllegalArgumentException e) {
            throw malformed("name", at, String.valueOf(e.getMessage()));
        }
    }

    private static long sizeOf(Attributes attributes) {
        var size = 0L;
        for (var value : attributes.xattrs().values()) {
            size += value.length;
        }
        return size;
    }

    private Inode linked(byte[] target, byte[] path, long at) throws MalformedFormatException {
        var inode = tree.locate(FileTree.components(target)).orElse(null);
        if (inode == null || inode instanceof Inode.Directory) {
            throw malformed(
                    "linkname",
                    at + TarFormat.LINK_OFFSET,
                    text(path) + " is a hard link to " + text(target) + ", which is not an earlier file");
        }
        return inode;
    }

    private static Inode.Symlink symlink(Attributes attributes, byte[] target, byte[] path, long at)
            throws MalformedFormatException {
        try {
            return new Inode.Symlink(attributes, Name.of(target));
        } catch (IllegalArgumentException e) {
            throw malformed("linkname", at + TarFormat.LINK_OFFSET, text(path) + ": " + e.getMessage());
        }
    }

    private Inode.Special device(Attributes attributes, Inode.Special.Kind kind, byte[] header, long at)
            throws MalformedFormatException {
        var major = number(header, TarFormat.MAJOR_OFFSET, TarFormat.ID_LENGTH, "devmajor", at);
        var minor = number(header, TarFormat.MINOR_OFFSET, TarFormat.ID_LENGTH, "devminor", at);
        try {
            return new Inode.Special(attributes, kind, Math.toIntExact(major), Math.toIntExact(minor));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw malformed(
                    "devmajor", at + TarFormat.MAJOR_OFFSET, "not a device number of Linux: " + major + ":" + minor);
        }
    }

    private Content readContent(long size) throws IOException {
        var start = offset;
        try {
            var content = spool.add(in, size);
            offset += size;
            skipPadding();
            return content;
        } catch (EOFException e) {
            throw malformed("data", start, "the archive ends in the middle of a file: " + e.getMessage());
        }
    }

    private byte[] readExtended(long size, long at) throws IOException {
        if (size > TarFormat.MAX_EXTENDED_HEADER) {
            throw malformed(
                    "size",
                    at + TarFormat.SIZE_OFFSET,
                    "an extended header of " + size + " bytes; " + TarFormat.MAX_EXTENDED_HEADER + " are allowed");
        }
        var body = new byte[(int) size];
        readFully(body, "extended header");
        skipPadding();
        return body;
    }

    private void skipPadding() throws IOException {
        readFully(new byte[(int) (-offset & (BLOCK - 1))], "padding");
    }

    private void readFully(byte[] bytes, String field) throws IOException {
        var count = in.readNBytes(bytes, 0, bytes.length);
        if (count < bytes.length) {
            throw malformed(field, offset + count, "the archive is cut short");
        }
        offset += count;
    }

    private byte[] path(byte[] header) {
        var fromPax = pax.bytes("path");
        if (fromPax != null) {
            return fromPax;
        }
        if (longName != null) {
            return longName;
        }
        var name = text(header, TarFormat.NAME_OFFSET, TarFormat.NAME_LENGTH);
        var posix = Arrays.equals(
                header,
                TarFormat.MAGIC_OFFSET,
                TarFormat.MAGIC_OFFSET + TarFormat.POSIX_MAGIC.length,
                TarFormat.POSIX_MAGIC,
                0,
                TarFormat.POSIX_MAGIC.length);
        var prefix = posix ? text(header, TarFormat.PREFIX_OFFSET, TarFormat.PREFIX_LENGTH) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        var joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        joined[prefix.length] = '/';
        System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
        return joined;
    }

    private byte[] link(byte[] header) {
        var fromPax = pax.bytes("linkpath");
        if (fromPax != null) {
            return fromPax;
        }
        return longLink != null ? longLink : text(header, TarFormat.LINK_OFFSET, TarFormat.NAME_LENGTH);
    }

    private long id(byte[] header, int fieldOffset, String key, long at) throws MalformedFormatException {
        var id = pax.number(key, number(header, fieldOffset, TarFormat.ID_LENGTH, key, at), at);
        if (id > TarFormat.MAX_ID) {
            throw malformed(key, at + fieldOffset, id + " does not fit 32 bits");
        }
        return id;
    }

    /** Reads an octal field, or GNU's base-256 form (high bit of the first byte set). */
    private static long number(byte[] header, int fieldOffset, int length, String field, long at)
            throws MalformedFormatException {
        var value = 0L;
        if ((header[fieldOffset] & 0x80) != 0) {
            if ((header[fieldOffset] & 0x40) != 0) {
                throw malformed(field, at + fieldOffset, "is negative");
            }
            for (var i = 0; i < length; i++) {
                var digit = i == 0 ? header[fieldOffset] & 0x7F : header[fieldOffset + i] & 0xFF;
                if (value > Long.MAX_VALUE >> 8) {
                    throw malformed(field, at + fieldOffset, "does not fit 63 bits");
                }
                value = value << 8 | digit;
            }
            return value;
        }
        var text = new String(header, fieldOffset, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        if (!text.matches("[0-7]*")) {
            throw malformed(field, at + fieldOffset, "'" + text + "' is not an octal number");
        }
        return text.isEmpty() ? 0 : Long.parseLong(text, 8);
    }

    private static void checkChecksum(byte[] header, long at) throws MalformedFormatException {
        var expected = number(header, TarFormat.CHECKSUM_OFFSET, TarFormat.CHECKSUM_LENGTH, "chksum", at);
        var sum = 0;
        for (var i = 0; i < BLOCK; i++) {
            var blank = i >= TarFormat.CHECKSUM_OFFSET && i < TarFormat.CHECKSUM_OFFSET + TarFormat.CHECKSUM_LENGTH;
            sum += blank ? ' ' : header[i] & 0xFF;
        }
        if (sum != expected) {
            throw malformed(
                    "chksum", at + TarFormat.CHECKSUM_OFFSET, "says " + expected + ", the header sums up to " + sum);
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (var b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] text(byte[] header, int fieldOffset, int length) {
        return untilNul(Arrays.copyOfRange(header, fieldOffset, fieldOffset + length));
    }

    private static byte[] untilNul(byte[] bytes) {
        var end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static MalformedFormatException malformed(String field, long at, String problem) {
        return new MalformedFormatException(TarFormat.NAME, field, at, problem);
    }
}
