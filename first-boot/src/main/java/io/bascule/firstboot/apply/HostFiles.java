package io.bascule.firstboot.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Changes files so that a power cut leaves the old or the new one: what appears under its final name is whole, and on the disk.
 * What is already as it should be is left alone.
 */
final class HostFiles {
    private static final String TEMPORARY = ".first-boot-new";
    private static final int PERMISSIONS = 07777;

    /** Called after each change, so that tests can end the world there. */
    @FunctionalInterface
    interface Checkpoint {
        void after(Path changed) throws IOException;
    }

    /**
     * Whose a file is and who may do what with it.
     *
     * @param mode at most 07777
     */
    record Rights(int uid, int gid, int mode) {}

    private final Checkpoint checkpoint;

    HostFiles(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** {@return the contents of a regular file; nothing if there is none} */
    static Optional<byte[]> contents(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(Files.readAllBytes(file))
                : Optional.empty();
    }

    static Rights rightsOf(Path path) throws IOException {
        return new Rights(attribute(path, "uid"), attribute(path, "gid"), attribute(path, "mode") & PERMISSIONS);
    }

    private static int attribute(Path path, String name) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    /** Puts a file in place of whatever has its name, except a folder. {@return whether anything had to be done} */
    boolean file(Path file, byte[] contents, Rights rights) throws IOException {
        var old = contents(file);
        if (old.isPresent()
                && Arrays.equals(old.get(), contents)
                && rightsOf(file).equals(rights)) {
            return false;
        }
        var fresh = temporary(file);
        try (var out = FileChannel.open(
                fresh,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            setRights(fresh, rights);
            var bytes = ByteBuffer.wrap(contents);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        checkpoint.after(fresh);
        rename(fresh, file);
        return true;
    }

    /** Makes a folder if it is not there, and sees to its rights. {@return whether anything had to be done} */
    boolean folder(Path folder, Rights rights) throws IOException {
        if (Files.isDirectory(folder)) {
            if (rightsOf(folder).equals(rights)) {
                return false;
            }
        } else {
            Files.createDirectory(folder);
        }
        setRights(folder, rights);
        syncFolder(folder.resolveSibling("."));
        checkpoint.after(folder);
        return true;
    }

    /** Puts a symbolic link in place of whatever has its name, except a folder. {@return whether anything had to be done} */
    boolean symbolicLink(Path link, String target, int uid, int gid) throws IOException {
        if (Files.isSymbolicLink(link)
                && Files.readSymbolicLink(link).toString().equals(target)
                && rightsOf(link).uid() == uid
                && rightsOf(link).gid() == gid) {
            return false;
        }
        var fresh = temporary(link);
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, Path.of(target));
        setOwner(fresh, uid, gid);
        checkpoint.after(fresh);
        rename(fresh, link);
        return true;
    }

    /** Puts a hard link in place of whatever has its name, except a folder. {@return whether anything had to be done} */
    boolean hardLink(Path link, Path target) throws IOException {
        if (exists(link) && Files.isSameFile(link, target)) {
            return false;
        }
        var fresh = temporary(link);
        Files.deleteIfExists(fresh);
        Files.createLink(fresh, target);
        checkpoint.after(fresh);
        rename(fresh, link);
        return true;
    }

    /** Makes the folders that lead to {@code path}, as root's and open to be read. */
    void parents(Path path, Rights rights) throws IOException {
        var parent = path.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            parents(parent, rights);
            folder(parent, rights);
        }
    }

    private void rename(Path fresh, Path to) throws IOException {
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(to.resolveSibling("."));
        checkpoint.after(to);
    }

    private static Path temporary(Path file) {
        return file.resolveSibling("." + Integer.toHexString(file.toString().hashCode()) + TEMPORARY);
    }

    private static void setRights(Path path, Rights rights) throws IOException {
        // In this order: another owner takes set-uid bits away.
        setOwner(path, rights.uid(), rights.gid());
        Files.setAttribute(path, "unix:mode", rights.mode(), LinkOption.NOFOLLOW_LINKS);
    }

    private static void setOwner(Path path, int uid, int gid) throws IOException {
        var now = rightsOf(path);
        if (now.uid() != uid) {
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
        if (now.gid() != gid) {
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
