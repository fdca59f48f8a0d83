package io.bascule.imagebuilder.extract;

import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.erofs.read.ErofsFileType;
import io.bascule.imagebuilder.erofs.read.ErofsInode;
import io.bascule.imagebuilder.erofs.read.ErofsPath;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.tree.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts files of an image into a new folder: contents, links, permissions and times. Everything belongs to whoever does it;
 * what that costs is counted. Nothing is written through a link: folders and files are made where there is nothing yet, in
 * folders that were made here.
 */
public final class FolderExtraction {
    private final ErofsReader reader;
    private final Path folder;
    private final Map<Long, Path> firstPaths = new HashMap<>();
    private final Set<List<Name>> leftOut = new HashSet<>();
    private final List<Made> directories = new ArrayList<>();
    private long files;
    private long bytes;
    private long devices;
    private long owners;
    private long xattrs;
    private long modes;

    private Optional<UnixOwner> me = Optional.empty();

    private record Made(Path path, ErofsInode inode) {}

    /** Whom what is made here belongs to. */
    private record UnixOwner(long uid, long gid) {
        static Optional<UnixOwner> of(Path made) throws IOException {
            try {
                return Optional.of(new UnixOwner(
                        ((Number) Files.getAttribute(made, "unix:uid")).longValue(),
                        ((Number) Files.getAttribute(made, "unix:gid")).longValue()));
            } catch (UnsupportedOperationException e) {
                return Optional.empty();
            }
        }

        boolean is(ErofsInode inode) {
            return inode.uid() == uid && inode.gid() == gid;
        }
    }

    private FolderExtraction(ErofsReader reader, Path folder) {
        this.reader = reader;
        this.folder = folder;
    }

    /**
     * Makes {@code to}, which is complete or not there.
     *
     * @throws FileAlreadyExistsException if there is something already
     */
    public static Extracted write(ErofsReader reader, List<ErofsPath> chosen, Path to) throws IOException {
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        var parent = Optional.ofNullable(to.toAbsolutePath().getParent()).orElse(to.toAbsolutePath());
        var partial = Files.createTempDirectory(Files.createDirectories(parent), ".bascule-extract-");
        try {
            var extraction = new FolderExtraction(reader, partial.resolve("tree"));
            Selection.visit(reader, chosen, extraction::add);
            var root = extraction.directories.removeFirst();
            for (var made : extraction.directories.reversed()) {
                finish(made.path(), made.inode());
            }
            // A folder that is not for writing cannot be moved into another.
            Files.move(partial.resolve("tree"), to);
            finish(to, root.inode());
            return extraction.result();
        } finally {
            makeDeletable(partial);
            Folders.delete(partial);
        }
    }

    /** Folders without write permission could not be emptied. */
    private static void makeDeletable(Path partial) throws IOException {
        try (var paths = Files.walk(partial)) {
            for (var path : (Iterable<Path>) paths::iterator) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    setPermissions(path, 0700);
                }
            }
        }
    }

    private Extracted result() {
        return new Extracted(files, bytes, devices, owners, xattrs, modes, leftOut.size());
    }

    private void add(List<Name> names, ErofsInode inode) throws IOException {
        if (names.size() > 0 && !leftOut.isEmpty() && isLeftOut(names)) {
            return;
        }
        if (inode.type().device() || inode.type() == ErofsFileType.FIFO || inode.type() == ErofsFileType.SOCKET) {
            devices++;
            return;
        }
        var place = place(names);
        if (place.isEmpty()) {
            leftOut.add(List.copyOf(names));
            return;
        }
        files++;
        if (inode.type() == ErofsFileType.DIRECTORY) {
            Files.createDirectory(place.get());
            if (names.isEmpty()) {
                me = UnixOwner.of(place.get());
            }
            directories.add(new Made(place.get(), inode));
            count(inode);
            return;
        }
        var first = firstPaths.putIfAbsent(inode.nid(), place.get());
        if (first != null) {
            Files.createLink(place.get(), first);
            return;
        }
        count(inode);
        if (inode.type() == ErofsFileType.SYMLINK) {
            addLink(names, inode, place.get());
        } else {
            try (var in = reader.open(inode)) {
                bytes += Files.copy(in, place.get());
            }
            setPermissions(place.get(), inode.permissions());
            Files.setLastModifiedTime(place.get(), FileTime.from(inode.modified()));
        }
    }

    private void addLink(List<Name> names, ErofsInode inode, Path place) throws IOException {
        var target = text(reader.target(inode));
        try {
            if (target.isPresent()) {
                Files.createSymbolicLink(place, Path.of(target.get()));
                return;
            }
        } catch (InvalidPathException e) {
            // As with bytes that are no text: a link that this system cannot have.
        }
        files--;
        leftOut.add(List.copyOf(names));
    }

    private boolean isLeftOut(List<Name> names) {
        for (var depth = 1; depth < names.size(); depth++) {
            if (leftOut.contains(names.subList(0, depth))) {
                return true;
            }
        }
        return false;
    }

    /** {@return where a file goes; nothing if this system cannot have a file of that name} */
    private Optional<Path> place(List<Name> names) throws IOException {
        var place = folder;
        for (var name : names) {
            var text = text(name);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            Path part;
            try {
                part = Path.of(text.get());
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
            // On systems with other separators or drives, a name might be more than a name.
            if (part.isAbsolute() || part.getNameCount() != 1 || !part.equals(part.normalize())) {
                return Optional.empty();
            }
            place = place.resolve(part);
        }
        if (!place.normalize().startsWith(folder)) {
            throw new FileSystemException(place.toString(), null, "would be outside " + folder);
        }
        return Optional.of(place);
    }

    private static Optional<String> text(Name name) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name.bytes()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private void count(ErofsInode inode) {
        owners += me.isPresent() && me.get().is(inode) ? 0 : 1;
        xattrs += inode.xattrSize() != 0 ? 1 : 0;
        modes += inode.type() != ErofsFileType.SYMLINK && (inode.permissions() & ~0777) != 0 ? 1 : 0;
    }

    /** Only when everything is in it: a folder may not be for writing, and writing changes its time. */
    private static void finish(Path made, ErofsInode inode) throws IOException {
        setPermissions(made, inode.permissions());
        Files.setLastModifiedTime(made, FileTime.from(inode.modified()));
    }

    private static void setPermissions(Path path, int permissions) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        var set = EnumSet.noneOf(PosixFilePermission.class);
        var bit = 0400;
        // The constants are in the order of the bits.
        for (var permission : PosixFilePermission.values()) {
            if ((permissions & bit) != 0) {
                set.add(permission);
            }
            bit >>= 1;
        }
        view.setPermissions(set);
    }
}
