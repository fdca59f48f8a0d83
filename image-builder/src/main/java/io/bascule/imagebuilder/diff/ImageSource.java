package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.erofs.read.ErofsTree;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.image.OsRelease;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An image to compare, from a release folder or a bare file system image. Nothing about it is verified. Its contents may be
 * read until it is closed.
 */
public final class ImageSource implements Closeable {
    private static final String DPKG_STATUS = "lib/sysimage/dpkg/status";
    private static final String OS_RELEASE = OsRelease.PATH.substring("usr/".length());
    private static final long MAX_OS_RELEASE = 1 << 20;

    private final FileBlockDevice device;
    private final ImageContents contents;

    private ImageSource(FileBlockDevice device, ImageContents contents) {
        this.device = device;
        this.contents = contents;
    }

    /**
     * Opens {@code path}.
     *
     * @throws BuildException if it is neither of the two, or malformed
     */
    public static ImageSource open(Path path) throws BuildException, IOException {
        try {
            if (Files.isDirectory(path)) {
                return ofRelease(path);
            }
            if (Files.isRegularFile(path)) {
                return ofImage(path);
            }
        } catch (MalformedDocumentException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    path + ": " + e.getMessage(),
                    "give the folder BOARD/VERSION of a release, as a build made it",
                    e);
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    path + ": " + e.getMessage(),
                    "give a release folder or its .usr.erofs file; if it is one, get it again",
                    e);
        }
        throw BuildException.badInput("there is no " + path, "give a release folder, or an EROFS image");
    }

    private static ImageSource ofRelease(Path folder) throws BuildException, MalformedDocumentException, IOException {
        var manifest = folder.resolve(ReleaseFiles.RELEASE_JSON);
        if (!Files.isRegularFile(manifest)) {
            throw BuildException.badInput(
                    folder + " is no release folder: it has no " + ReleaseFiles.RELEASE_JSON,
                    "give the folder BOARD/VERSION that a build made");
        }
        var root = JsonDocument.read(ReleaseFiles.RELEASE_JSON, bytes(manifest));
        var usr = root.object("usr");
        var kernel = root.object("kernel");
        var name = "";
        for (var file : root.objectsIn("files", 256)) {
            if (file.text("kind").equals("usr")) {
                name = file.text("name");
            }
        }
        // A name from a document must not lead out of the folder that the user gave.
        if (!name.matches("[0-9A-Za-z][0-9A-Za-z._~^+-]*")) {
            throw root.malformed("files", "no file system of /usr that is in this folder");
        }
        var image = folder.resolve(name);
        if (!Files.isRegularFile(image)) {
            throw BuildException.badInput(
                    folder + " has no " + name + ", the file system of /usr", "get the whole release folder");
        }
        var facts = new ImageFacts(
                root.text("board"),
                root.text("version"),
                kernel.text("release"),
                withoutRootHash(kernel.text("commandLine")),
                usr.text("encoder"),
                usr.text("rootHash"),
                Files.size(image));
        return open(image, facts);
    }

    private static String withoutRootHash(String commandLine) {
        return Arrays.stream(commandLine.strip().split("\\s+"))
                .filter(word -> !word.startsWith("usrhash="))
                .collect(Collectors.joining(" "));
    }

    private static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(JsonDocument.MAX_SIZE + 1);
        }
    }

    private static ImageSource ofImage(Path image) throws IOException {
        return open(image, new ImageFacts("", "", "", "", "", "", Files.size(image)));
    }

    private static ImageSource open(Path image, ImageFacts facts) throws IOException {
        var device = FileBlockDevice.openReadOnly(image);
        try {
            var tree = ErofsTree.read(ErofsReader.open(device));
            return new ImageSource(
                    device,
                    new ImageContents(
                            complete(facts, tree, image), InstalledPackage.readStatus(tree, DPKG_STATUS), tree));
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** {@return the facts, and where there is none what the tree itself says} */
    private static ImageFacts complete(ImageFacts facts, FileTree tree, Path image) throws IOException {
        if (!facts.name().isEmpty()) {
            return facts;
        }
        var fields = osRelease(tree);
        return new ImageFacts(
                fields.getOrDefault("IMAGE_ID", String.valueOf(image.getFileName())),
                fields.getOrDefault("IMAGE_VERSION", ""),
                kernel(tree),
                "",
                "",
                "",
                facts.imageSize());
    }

    private static Map<String, String> osRelease(FileTree tree) throws IOException {
        var file = tree.file(OS_RELEASE).orElse(null);
        return file == null || file.content().size() > MAX_OS_RELEASE
                ? Map.of()
                : OsRelease.parse(new String(file.content().readAll(), StandardCharsets.UTF_8));
    }

    /** {@return the one kernel that there are modules of} */
    private static String kernel(FileTree tree) {
        return tree.find("lib/modules").orElse(null) instanceof Inode.Directory modules
                        && modules.children().size() == 1
                ? modules.children().iterator().next().getKey().toString()
                : "";
    }

    public ImageContents contents() {
        return contents;
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
