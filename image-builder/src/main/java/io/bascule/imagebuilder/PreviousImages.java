package io.bascule.imagebuilder;

import io.bascule.imagebuilder.erofs.ErofsFacts;
import io.bascule.imagebuilder.erofs.read.UsrFileSystem;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.ForeignText;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.Sha256Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code /usr} of earlier releases, which the places of a new one follow. */
final class PreviousImages implements Closeable {
    private static final int BUFFER = 1 << 20;
    private static final String USR = "*.usr.erofs";
    private static final String WHAT_TO_GIVE = "give a release folder, or its .usr.erofs or .raw file";

    private final List<FileBlockDevice> files = new ArrayList<>();
    private final List<BlockDevice> fileSystems = new ArrayList<>();
    private final List<Path> paths = new ArrayList<>();

    private PreviousImages() {}

    /**
     * Opens them.
     *
     * @param images release folders, EROFS images, or disk images with one in slot A
     * @throws BuildException if one of them is none of these
     */
    static PreviousImages open(List<Path> images) throws BuildException, IOException {
        var opened = new PreviousImages();
        var complete = false;
        try {
            for (var image : images) {
                opened.add(image);
            }
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private void add(Path image) throws BuildException, IOException {
        var path = Files.isDirectory(image) ? usr(image) : image;
        if (!Files.isReadable(path)) {
            throw BuildException.badInput("there is no previous image " + path, WHAT_TO_GIVE);
        }
        var file = FileBlockDevice.openReadOnly(path);
        files.add(file);
        paths.add(path);
        try {
            fileSystems.add(UsrFileSystem.find(file, Slot.A)
                    .orElseThrow(() -> BuildException.badInput(
                            "the previous image " + path + " has no partition " + Slot.A.label(), WHAT_TO_GIVE)));
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    "the previous image " + path + " is neither an EROFS image nor a disk: " + e.getMessage(),
                    WHAT_TO_GIVE,
                    e);
        }
    }

    private static Path usr(Path folder) throws BuildException, IOException {
        try (var found = Files.newDirectoryStream(folder, USR)) {
            var all = new ArrayList<Path>();
            found.forEach(all::add);
            if (all.size() != 1) {
                throw BuildException.badInput(
                        folder + " has " + all.size() + " files " + USR + ", and a release folder has one",
                        "give the folder of one release, like releases/amd64-base/1.0.0");
            }
            return all.getFirst();
        }
    }

    /** {@return devices with an EROFS at their start, in the order in which they were named} */
    List<BlockDevice> fileSystems() {
        return fileSystems;
    }

    /**
     * {@return names and hashes of their file systems, in the same order}
     *
     * @throws BuildException if one has no superblock that could be right
     */
    List<Lock.Image> images() throws BuildException, IOException {
        var images = new ArrayList<Lock.Image>();
        for (var i = 0; i < paths.size(); i++) {
            var device = fileSystems.get(i);
            try {
                // A slot is larger than what is in it.
                var size = ErofsFacts.read(device).size();
                images.add(new Lock.Image(
                        ForeignText.printable(String.valueOf(paths.get(i).getFileName())), digest(device, size)));
            } catch (MalformedFormatException e) {
                throw new BuildException(
                        BuildException.Kind.BAD_INPUT,
                        "the previous image " + paths.get(i) + " is damaged: " + e.getMessage(),
                        "compare it with its SHA256SUMS, or go without it",
                        e);
            }
        }
        return images;
    }

    private static Sha256Digest digest(BlockDevice device, long size) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var buffer = ByteBuffer.allocate(BUFFER);
        for (var at = 0L; at < size; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(BUFFER, size - at));
            device.read(at, buffer);
            digest.update(buffer.array(), 0, buffer.limit());
        }
        return Sha256Digest.soFar(digest);
    }

    /** {@return what {@link #images()} says of these, which are closed again} */
    static List<Lock.Image> describe(List<Path> images) throws BuildException, IOException {
        try (var opened = open(images)) {
            return opened.images();
        }
    }

    @Override
    public void close() throws IOException {
        for (var file : files) {
            file.close();
        }
    }
}
