package io.bascule.imagebuilder.extract;

import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.tree.Name;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts files of an image into a tar, with everything that the image says about them; only sockets have no place there. */
public final class TarExtraction {
    private final ErofsReader reader;
    private final TarWriter tar;
    private final Map<Long, byte[]> firstPaths = new HashMap<>();
    private long files;
    private long bytes;
    private long sockets;

    private TarExtraction(ErofsReader reader, TarWriter tar) {
        this.reader = reader;
        this.tar = tar;
    }

    /** Writes the archive; {@code out} is flushed and stays open. */
    public static Extracted write(ErofsReader reader, List<ErofsPath> chosen, OutputStream out) throws IOException {
        var buffered = new BufferedOutputStream(out, 1 << 16);
        var tar = new TarWriter(buffered);
        var extraction = new TarExtraction(reader, tar);
        Selection.visit(reader, chosen, extraction::add);
        tar.finish();
        buffered.flush();
        return new Extracted(extraction.files, extraction.bytes, extraction.sockets, 0, 0, 0, 0);
    }

    private void add(List<Name> names, ErofsInode inode) throws IOException {
        var joined = ErofsPath.join(names);
        var path = inode.type() == ErofsFileType.DIRECTORY
                ? withSlash(names.isEmpty() ? new byte[] {'.'} : joined)
                : joined;
        if (inode.type() == ErofsFileType.SOCKET) {
            sockets++;
            return;
        }
        files++;
        var first = inode.type() == ErofsFileType.DIRECTORY ? null : firstPaths.putIfAbsent(inode.nid(), path);
        if (first != null) {
            tar.add(entry(path, TarWriter.HARD_LINK, inode, 0, first), InputStream.nullInputStream());
            return;
        }
        switch (inode.type()) {
            case REGULAR -> {
                bytes += inode.size();
                try (var in = reader.open(inode)) {
                    tar.add(entry(path, TarWriter.REGULAR, inode, inode.size(), new byte[0]), in);
                }
            }
            case SYMLINK ->
                addEmpty(path, TarWriter.SYMLINK, inode, reader.target(inode).bytes());
            case DIRECTORY -> addEmpty(path, TarWriter.DIRECTORY, inode, new byte[0]);
            case CHARACTER_DEVICE -> addEmpty(path, TarWriter.CHARACTER_DEVICE, inode, new byte[0]);
            case BLOCK_DEVICE -> addEmpty(path, TarWriter.BLOCK_DEVICE, inode, new byte[0]);
            case FIFO, SOCKET -> addEmpty(path, TarWriter.FIFO, inode, new byte[0]);
        }
    }

    private static byte[] withSlash(byte[] path) {
        var longer = Arrays.copyOf(path, path.length + 1);
        longer[path.length] = '/';
        return longer;
    }

    private void addEmpty(byte[] path, char type, ErofsInode inode, byte[] link) throws IOException {
        tar.add(entry(path, type, inode, 0, link), InputStream.nullInputStream());
    }

    private TarWriter.Entry entry(byte[] path, char type, ErofsInode inode, long size, byte[] link) throws IOException {
        var device = type == TarWriter.CHARACTER_DEVICE || type == TarWriter.BLOCK_DEVICE;
        return new TarWriter.Entry(
                path,
                type,
                inode.permissions(),
                inode.uid(),
                inode.gid(),
                size,
                inode.modified(),
                link,
                device ? inode.major() : 0,
                device ? inode.minor() : 0,
                reader.xattrs(inode));
    }
}
