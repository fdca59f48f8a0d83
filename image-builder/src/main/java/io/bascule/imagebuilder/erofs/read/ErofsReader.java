package io.bascule.imagebuilder.erofs.read;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An EROFS image, for reading: those of {@code ErofsWriter}, and those of {@code mkfs.erofs} with any of its layouts and
 * algorithms, but for 48-bit addresses, compressed metadata, long prefixes of extended attributes and further devices,
 * which it refuses by name.
 *
 * <p>It takes nothing on trust: whatever the bytes are, reading ends, needs little memory, and gives contents or a {@link
 * MalformedFormatException} with the offset in the image. May be used by several threads if the device may.
 */
public final class ErofsReader {
    /** Two million names; the list of them is what takes memory. */
    private static final long MAX_DIRECTORY = 64 << 20;

    private static final int MAX_LINK = 4095;

    private final ImageBytes image;
    private final ErofsSuperblock superblock;
    private final InodeDecoder inodes;
    private final ExtentReader extents;
    private @Nullable PackedFile packed;

    private ErofsReader(BlockDevice device, ErofsSuperblock superblock) {
        this.image = new ImageBytes(device, superblock.size().bytes());
        this.superblock = superblock;
        this.inodes = new InodeDecoder(image, superblock);
        this.extents = new ExtentReader(image, new ExtentDecoder(image, superblock));
    }

    /**
     * Looks at the superblock.
     *
     * @param image holds the file system at its start and may be larger; the reader does not close it
     * @throws MalformedFormatException if it holds no EROFS, or one that cannot be read
     */
    public static ErofsReader open(BlockDevice image) throws IOException {
        return new ErofsReader(image, SuperblockDecoder.decode(image));
    }

    /** {@return whether {@code image} begins as EROFS does, sound or not} */
    public static boolean recognizes(BlockDevice image) throws IOException {
        if (image.size().bytes() < ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SUPERBLOCK_SIZE) {
            return false;
        }
        var magic = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        image.read(ErofsFormat.SUPERBLOCK_OFFSET, magic);
        return magic.getInt(0) == ErofsFormat.MAGIC;
    }

    public ErofsSuperblock superblock() {
        return superblock;
    }

    /** {@return the root directory} */
    public ErofsInode root() throws IOException {
        var offset = (long) ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SB_ROOT_NID;
        var root = inodes.decode(superblock.rootNid(), "root_nid", offset);
        if (root.type() != ErofsFileType.DIRECTORY) {
            throw new MalformedFormatException("EROFS superblock", "root_nid", offset, "leads to no directory");
        }
        return root;
    }

    /**
     * {@return the inode that an entry names}
     *
     * @throws MalformedFormatException if it is of another kind than the directory says
     */
    public ErofsInode inode(ErofsEntry entry) throws IOException {
        var inode = inodes.decode(entry.nid(), "nid", entry.offset());
        if (entry.typeCode() != 0 && entry.typeCode() != inode.type().direntCode()) {
            throw new MalformedFormatException(
                    "EROFS directory",
                    "file_type",
                    entry.offset() + ErofsFormat.DIRENT_FILE_TYPE,
                    "'" + entry.name() + "' is said to be of kind " + entry.typeCode() + ", the inode is a "
                            + inode.type());
        }
        return inode;
    }

    /**
     * {@return what a directory holds, sorted, without "." and ".."}
     *
     * @throws NotDirectoryException if it is none
     */
    public List<ErofsEntry> list(ErofsInode directory) throws IOException {
        if (directory.type() != ErofsFileType.DIRECTORY) {
            throw new NotDirectoryException("inode " + directory.nid());
        }
        if (directory.size() > MAX_DIRECTORY) {
            throw new MalformedFormatException(
                    "EROFS inode", "i_size", directory.offset() + 8, "a directory of " + directory.size() + " bytes");
        }
        var parts = extents(directory);
        var decoder = new DirectoryDecoder(directory, at -> imageOffset(directory, parts, at));
        try (var in = stream(directory)) {
            for (var at = 0L; at < directory.size(); at += superblock.blockSize()) {
                var block = in.readNBytes((int) Math.min(superblock.blockSize(), directory.size() - at));
                decoder.add(ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN), at);
            }
        }
        return decoder.finish();
    }

    /** {@return what a directory has under a name} */
    public Optional<ErofsInode> child(ErofsInode directory, Name name) throws IOException {
        for (var entry : list(directory)) {
            if (entry.name().equals(name)) {
                return Optional.of(inode(entry));
            }
        }
        return Optional.empty();
    }

    /** {@return where a byte of an inode stands in the image, or where the extent that it is in begins} */
    private static long imageOffset(ErofsInode inode, List<ErofsExtent> extents, long at) {
        for (var extent : extents) {
            if (at < extent.end()) {
                return switch (extent.storage()) {
                    case FLAT, INLINE -> extent.address() + at - extent.fileOffset();
                    case PLAIN, INTERLACED, LZ4, LZMA, DEFLATE, ZSTD -> extent.address();
                    case HOLE, FRAGMENT -> extent.indexOffset();
                };
            }
        }
        return inode.offset();
    }

    /** {@return the extended attributes of an inode, by full name} */
    public SortedMap<Name, byte[]> xattrs(ErofsInode inode) throws IOException {
        return new XattrDecoder(image, superblock).decode(inode);
    }

    /** {@return what a symbolic link says: 1 to 4095 bytes, none of them zero} */
    public Name target(ErofsInode link) throws IOException {
        if (link.type() != ErofsFileType.SYMLINK) {
            throw new IllegalArgumentException("not a symbolic link: " + link);
        }
        if (link.size() == 0 || link.size() > MAX_LINK) {
            throw new MalformedFormatException(
                    "EROFS inode", "i_size", link.offset() + 8, "a symbolic link of " + link.size() + " bytes");
        }
        try (var in = stream(link)) {
            var target = Name.of(in.readAllBytes());
            if (target.contains((byte) 0)) {
                throw new MalformedFormatException(
                        "EROFS inode", "symlink", link.offset(), "a symbolic link with a zero byte");
            }
            return target;
        }
    }

    /** {@return the bytes of a regular file; what is malformed shows when it is reached} */
    public InputStream open(ErofsInode file) throws IOException {
        if (file.type() != ErofsFileType.REGULAR) {
            throw new IllegalArgumentException("not a regular file: " + file);
        }
        return stream(file);
    }

    /** {@return the bytes of a regular file, read again whenever they are wanted; the device must stay open} */
    public Content content(ErofsInode file) {
        return new Content() {
            @Override
            public long size() {
                return file.size();
            }

            @Override
            public InputStream open() throws IOException {
                return ErofsReader.this.open(file);
            }
        };
    }

    /** {@return where the bytes of a file, directory or symbolic link are, from the first to the last} */
    public List<ErofsExtent> extents(ErofsInode inode) throws IOException {
        var cursor = cursor(inode);
        var found = new ArrayList<ErofsExtent>();
        for (var extent = cursor.next(); extent != null; extent = cursor.next()) {
            found.add(extent);
        }
        return found;
    }

    private ErofsInputStream stream(ErofsInode inode) throws IOException {
        return new ErofsInputStream(cursor(inode), extents, this::packed);
    }

    private ExtentCursor cursor(ErofsInode inode) throws IOException {
        return switch (inode.layout()) {
            case ErofsFormat.LAYOUT_COMPRESSED_FULL, ErofsFormat.LAYOUT_COMPRESSED_COMPACT ->
                new CompressedExtents(image, superblock, inode);
            case ErofsFormat.LAYOUT_CHUNK_BASED -> new ChunkExtents(image, superblock, inode);
            default -> new FlatExtents(image, superblock, inode);
        };
    }

    private synchronized PackedFile packed() throws IOException {
        if (packed == null) {
            var offset = (long) ErofsFormat.SUPERBLOCK_OFFSET + ErofsFormat.SB_PACKED_NID;
            if (superblock.packedNid() == 0) {
                throw new MalformedFormatException(
                        "EROFS superblock", "packed_nid", offset, "files have fragments, but there is no packed file");
            }
            var inode = inodes.decode(superblock.packedNid(), "packed_nid", offset);
            packed = new PackedFile(inode, extents, cursor(inode));
        }
        return packed;
    }
}
