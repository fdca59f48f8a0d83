package io.bascule.imagebuilder.product;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.TemporaryFolder;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the folder of a product. It is written beside its place, read as a build would, and gets its name in one rename: it is
 * there as a whole, or not at all.
 */
public final class NewProduct {
    /** The folder of the keys, below the product's. */
    public static final String KEYS = "keys";

    /** The name of the release key's files. */
    public static final String KEY_NAME = "release";

    private final Path folder;
    private final String name;
    private final Path base;
    private final Board baseBoard;

    private NewProduct(Path folder, String name, Path base, Board baseBoard) {
        this.folder = folder;
        this.name = name;
        this.base = base;
        this.baseBoard = baseBoard;
    }

    /**
     * Checks what is to be made, and writes nothing.
     *
     * @param folder of the product; it is not there, or empty
     * @param name of the product; absent for the folder's own
     * @param base folder of the board to begin with
     * @throws BuildException if a name cannot be one, the folder is in use, or {@code base} is no board
     */
    public static NewProduct plan(Path folder, Optional<String> name, Path base) throws BuildException, IOException {
        var target = folder.toAbsolutePath().normalize();
        var last = target.getFileName();
        if (last == null || target.equals(Path.of("").toAbsolutePath())) {
            throw BuildException.badInput(
                    "a product gets a folder of its own, and " + target + " is there already",
                    "give the name of a new folder, like kiosk");
        }
        var chosen = name.orElse(last.toString());
        if (!BoardReader.isName(chosen)) {
            throw BuildException.badInput(
                    "'" + chosen + "' cannot be the name of a product",
                    (name.isPresent() ? "" : "give one with --name: ")
                            + "lower-case letters, digits and dashes, 32 at most, like kiosk");
        }
        var board = BoardReader.read(base);
        if (board.name().equals(chosen)) {
            throw BuildException.badInput(
                    "'" + chosen + "' is the name of the board that the product begins with",
                    "give another with --name: hosts tell by it whose releases are for them");
        }
        checkFree(target);
        return new NewProduct(target, chosen, base.toRealPath(), board);
    }

    private static void checkFree(Path target) throws BuildException, IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            try (var files = Files.list(target)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw BuildException.badInput(
                target + " is there already, and not an empty folder",
                "choose another folder; nothing of what is there was touched");
    }

    public Path folder() {
        return folder;
    }

    public String name() {
        return name;
    }

    /** {@return the board that it begins with, as a text for people and scripts} */
    public String base() {
        return baseBoard.name();
    }

    /** {@return whether the board is a copy of the base; else it extends the base where that lies} */
    public boolean copied() throws IOException {
        return ProductFiles.selfContained(base, baseBoard);
    }

    public Path privateKey() {
        return folder.resolve(KEYS).resolve(KEY_NAME + KeyFile.PRIVATE_SUFFIX);
    }

    public Path keyring() {
        return folder.resolve(KEYS).resolve(DevelopmentKeys.KEYRING_FILE);
    }

    /**
     * Makes it.
     *
     * @param algorithm of the release key
     * @throws BuildException if somebody put something into the folder meanwhile; it is left as it is
     */
    public void create(KeyAlgorithm algorithm) throws BuildException, IOException {
        var parent = folder.resolveSibling(".").normalize();
        try (var temporary = TemporaryFolder.in(parent, "." + folder.getFileName() + ".partial")) {
            var staging = temporary.path();
            write(staging, algorithm);
            // As a build would read it, so that it cannot be wrong.
            BoardReader.read(staging);
            // That of a temporary folder is for its owner only.
            Files.setPosixFilePermissions(staging, Files.getPosixFilePermissions(staging.resolve(KEYS)));
            force(staging);
            publish(staging);
            force(parent, true);
        }
    }

    private void write(Path staging, KeyAlgorithm algorithm) throws IOException {
        var files = new ProductFiles(name, base, baseBoard);
        files.writeBoard(staging, parentOf(folder));
        files.writeTexts(staging);
        DevelopmentKeys.create(staging.resolve(KEYS), KEY_NAME, algorithm);
    }

    /** The folder above, by its real name: {@code ..} in a path leads from there. */
    private static Path parentOf(Path folder) throws IOException {
        return folder.resolveSibling(".").normalize().toRealPath();
    }

    private void publish(Path staging) throws BuildException, IOException {
        try {
            // Takes the place of an empty folder, and of nothing else.
            Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    folder + " has come into being meanwhile",
                    "look at it, and choose another folder",
                    e);
        }
    }

    private static void force(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (var file : (Iterable<Path>) files::iterator) {
                if (!Files.isSymbolicLink(file)) {
                    force(file, Files.isDirectory(file));
                }
            }
        }
    }

    private static void force(Path file, boolean directory) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(directory);
        }
    }

    /**
     * {@return the commands that come next, as they are typed: build, run, build an update}
     *
     * @param shown the folder, as it is to be written
     */
    public List<String> nextCommands(Path shown) {
        return ProductFiles.commands(shown, name);
    }
}
