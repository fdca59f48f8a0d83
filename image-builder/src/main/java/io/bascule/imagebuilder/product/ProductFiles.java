package io.bascule.imagebuilder.product;

import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.board.Source;
import io.bascule.signing.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of a new product.
 *
 * @param name of the product
 * @param base folder of the board to begin with, by its real name
 * @param board that is in it
 */
record ProductFiles(String name, Path base, Board board) {
    /** A line of its own, with its value on it: what can be replaced in a text without knowing YAML. */
    private static final Pattern NAME = Pattern.compile("(?m)^name:[ \\t].*$");

    private static final Pattern DESCRIPTION = Pattern.compile("(?m)^description:[ \\t]+[^ \\t>|].*$");
    private static final Pattern SHELL_SAFE = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./+-]*");
    private static final Pattern PLAIN_TEXT = Pattern.compile("(?!(?:true|false|null)$)[a-z][a-z0-9-]*");
    private static final String FIRST_VERSION = "1.0.0";
    private static final String NEXT_VERSION = "1.0.1";
    private static final Pattern FIRST_COMMENT = Pattern.compile("\\A(?:#.*\\n)+");

    private static final String GITIGNORE = """
            # Whoever has a private key can sign for all hosts that trust it: never in a repository.
            keys/*.key
            # What builds make.
            releases/
            """;

    /**
     * {@return the commands that come next, for a shell: build, run, build an update}
     *
     * @param folder of the product, as it is to be written; empty for the current one
     */
    static List<String> commands(Path folder, String name) {
        var releases = shell(folder.resolve("releases"));
        var key = shell(folder.resolve(NewProduct.KEYS).resolve(NewProduct.KEY_NAME + KeyFile.PRIVATE_SUFFIX));
        var board = folder.toString().isEmpty() ? "." : shell(folder);
        var first = folder.resolve("releases").resolve(name).resolve(FIRST_VERSION);
        var disk = first.resolve(name + "_" + FIRST_VERSION + ".raw");
        return List.of(
                "bascule build " + board + " --version " + FIRST_VERSION + " --out " + releases + " --key " + key,
                "bascule run " + shell(disk) + " --hostname " + name + "-1",
                "bascule build " + board + " --version " + NEXT_VERSION + " --out " + releases + " --key " + key
                        + " --previous " + shell(first));
    }

    private static String shell(Path path) {
        var text = path.toString();
        return SHELL_SAFE.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** {@return whether the board's text says the same wherever it lies} */
    static boolean selfContained(Path base, Board board) throws IOException {
        var text = Files.readString(base.resolve(BoardReader.FILE_NAME));
        return BoardReader.foldersOf(base).size() == 1
                && NAME.matcher(text).find()
                && DESCRIPTION.matcher(text).find()
                && board.sources().stream()
                        .allMatch(source -> source instanceof Source.Packages || source instanceof Source.Registry);
    }

    /** @param parent of the folder that the product will be in */
    void writeBoard(Path folder, Path parent) throws IOException {
        var file = folder.resolve(BoardReader.FILE_NAME);
        var description = "The product " + name + ", made from " + board.name();
        if (!selfContained(base, board)) {
            // Relative, because that is what boards say; from the product's folder.
            var path = Path.of("..").resolve(parent.relativize(base));
            Files.writeString(
                    file, """
                # The product %s: the board %s, and what is said here. Every key is described in docs/boards.md of Bascule.
                extends: %s
                name: %s
                description: %s
                """.formatted(name, board.name(), quoted(path.toString()), yaml(name), description));
            return;
        }
        var text = FIRST_COMMENT
                .matcher(Files.readString(base.resolve(BoardReader.FILE_NAME)))
                .replaceFirst("");
        text = NAME.matcher(text).replaceFirst(Matcher.quoteReplacement("name: " + yaml(name)));
        text = DESCRIPTION.matcher(text).replaceFirst(Matcher.quoteReplacement("description: " + description));
        Files.writeString(file, """
                # The product %s. It began as a copy of the board %s and is its own since: what that board gets later, this
                # one does not. Every key is described in docs/boards.md of Bascule.
                """.formatted(name, board.name()) + text);
        for (var overlay : board.overlays()) {
            var real = overlay.toRealPath();
            Folders.copy(real, folder.resolve(base.relativize(real)));
        }
    }

    /** What YAML would take for a number or a truth is quoted. */
    private static String yaml(String name) {
        return PLAIN_TEXT.matcher(name).matches() ? name : quoted(name);
    }

    /** A YAML text in single quotes, in which only they mean something. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    void writeTexts(Path folder) throws IOException {
        var etc = Files.createDirectories(overlay(folder).resolve("etc"));
        Files.deleteIfExists(etc.resolve("motd"));
        Files.writeString(etc.resolve("motd"), """

                This host runs %s, an immutable image. /usr is read-only and replaced whole by updates;
                what you change in /etc and /var stays.

                """.formatted(name));
        var commands = commands(Path.of(""), name);
        Files.writeString(
                folder.resolve("README.md"), """
                # %1$s

                A product of Bascule: an operating-system image, read-only, that updates itself from slot to slot.

                | here | what |
                |---|---|
                | `board.yaml` | what the image is made of: packages, sizes, kernel arguments |
                | `overlay/` | files that go over those of the packages, below `etc` and `usr`; `overlay/etc/motd` is an example |
                | `lock.yaml` | every package by version and hash: `bascule build . --locked` takes exactly these, `bascule lock . --trust keys/keyring.json` what the mirrors have today |
                | `keys/release.key` | signs releases. Private: it is in `.gitignore`. Keep a copy where others cannot read it: hosts take only what it signs |
                | `keys/keyring.json` | goes into every image: whom its hosts trust |

                ## The next three commands

                In this folder. Build the first release; it takes some minutes, most of them for the packages:

                    %2$s

                Run it in a virtual machine; an ssh line is printed:

                    %3$s

                Publish an update: change something (`overlay/etc/motd`), give it the next version, and put the release folder
                on any web server:

                    %4$s

                A host takes it with

                    update-engine update --from https://releases.example/%1$s/1.0.1 --reboot

                and comes back to 1.0.0 by itself if 1.0.1 does not pass its health checks. `--previous` keeps unchanged files at
                their places, so that few blocks differ.

                The key is a development key: one file is enough to sign. For a fleet, make a keyring that wants several.
                """.formatted(name, commands.get(0), commands.get(1), commands.get(2)));
        Files.writeString(folder.resolve(".gitignore"), GITIGNORE);
    }

    /** {@return the product's overlay, by the name that a copied board gives it} */
    private Path overlay(Path folder) throws IOException {
        if (selfContained(base, board) && !board.overlays().isEmpty()) {
            return folder.resolve(base.relativize(board.overlays().getLast().toRealPath()));
        }
        return folder.resolve("overlay");
    }
}
