package io.bascule.imagebuilder.board;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads and checks {@code board.yaml}; {@code docs/boards.md} describes every key. */
public final class BoardReader {
    public static final String FILE_NAME = "board.yaml";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    /** Debian Policy 5.6.7, and apt's {@code name:architecture} and {@code name/suite}. */
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.:/~-]+");

    private static final Pattern SUITE = Pattern.compile("[a-z][a-z0-9-]*");
    /** How /usr is found, what the root is, and that failures reboot is not for a board to change. */
    private static final Pattern KERNEL_ARGUMENT = Pattern.compile(
            "(?!(?:usrhash|mount\\.usr.*|root|rootfstype|rootflags|panic|oops|init|rdinit|systemd\\.verity.*"
                    + "|systemd\\.crash_.*)(?:=|$))\\S+");

    private static final Pattern MODULE = Pattern.compile("[A-Za-z0-9_-]+");

    private static final ByteCount DEFAULT_ESP = ByteCount.ofMiB(512);
    private static final ByteCount DEFAULT_USR = ByteCount.ofGiB(1);
    private static final ByteCount DEFAULT_STATE = ByteCount.ofMiB(512);
    private static final ByteCount SIZE_UNIT = ByteCount.ofMiB(1);
    /** FAT32 with 512-byte clusters begins at 33 MiB; two kernels and one being written need more anyway. */
    private static final ByteCount LEAST_ESP = ByteCount.ofMiB(64);

    private static final int DEFAULT_ZSTD_LEVEL = 12;

    private BoardReader() {}

    /**
     * Reads the board in {@code folder}.
     *
     * @throws BuildException naming file, line and key if the file is missing or says something wrong
     */
    public static Board read(Path folder) throws BuildException, IOException {
        if (Files.isRegularFile(folder)) {
            throw BuildException.badInput(
                    folder + " is a file", "give the folder of a board, in which " + FILE_NAME + " lies");
        }
        var root = YamlFile.read(folder.resolve(FILE_NAME)).root();
        root.refuseUnknown(Set.of(
                "name",
                "description",
                "debian",
                "exclude",
                "kernel-arguments",
                "initrd-modules",
                "sizes",
                "compression",
                "overlay"));
        return new Board(
                folder,
                matching(root.required("name"), NAME, "lower-case letters, digits and dashes, 32 at most"),
                root.required("description").text(),
                debian(root.required("debian").section()),
                exclude(root),
                texts(
                        root,
                        "kernel-arguments",
                        KERNEL_ARGUMENT,
                        "one kernel argument without spaces, none of those that the build sets itself"),
                texts(root, "initrd-modules", MODULE, "the name of a kernel module"),
                sizes(root),
                compression(root),
                overlay(root, folder));
    }

    private static Board.Debian debian(YamlFile.Section section) throws BuildException {
        section.refuseUnknown(Set.of("suite", "packages"));
        var packages = texts(section, "packages", PACKAGE, "the name of a Debian package");
        if (packages.isEmpty()) {
            throw section.required("packages").error("at least a kernel and systemd must be in the list");
        }
        return new Board.Debian(
                matching(section.required("suite"), SUITE, "the code name of a Debian release"), packages);
    }

    private static List<String> exclude(YamlFile.Section root) throws BuildException {
        var paths = new ArrayList<String>();
        var given = root.optional("exclude");
        if (given.isPresent()) {
            for (var value : given.get().list()) {
                try {
                    var names = FileTree.components(value.text().getBytes(StandardCharsets.UTF_8));
                    if (names.isEmpty()) {
                        throw value.error("excludes everything");
                    }
                } catch (IllegalArgumentException e) {
                    throw value.error(String.valueOf(e.getMessage()));
                }
                paths.add(value.text());
            }
        }
        return paths;
    }

    private static Board.Sizes sizes(YamlFile.Section root) throws BuildException {
        var given = root.optional("sizes");
        if (given.isEmpty()) {
            return new Board.Sizes(DEFAULT_ESP, DEFAULT_USR, DEFAULT_STATE);
        }
        var section = given.get().section();
        section.refuseUnknown(Set.of("esp", "usr", "state-minimum"));
        return new Board.Sizes(
                size(section, "esp", DEFAULT_ESP, LEAST_ESP),
                size(section, "usr", DEFAULT_USR, SIZE_UNIT),
                size(section, "state-minimum", DEFAULT_STATE, ByteCount.ofMiB(64)));
    }

    private static ByteCount size(YamlFile.Section section, String key, ByteCount otherwise, ByteCount least)
            throws BuildException {
        var given = section.optional(key);
        if (given.isEmpty()) {
            return otherwise;
        }
        var value = given.get();
        try {
            var size = ByteCount.parse(value.text());
            if (size.compareTo(least) < 0 || size.bytes() % SIZE_UNIT.bytes() != 0) {
                throw value.error("must be whole MiB and at least " + least + ", found '" + value.text() + "'");
            }
            return size;
        } catch (IllegalArgumentException e) {
            throw value.error(String.valueOf(e.getMessage()));
        }
    }

    private static Board.Compression compression(YamlFile.Section root) throws BuildException {
        var given = root.optional("compression");
        if (given.isEmpty()) {
            return new Board.Compression(Board.Codec.ZSTD, DEFAULT_ZSTD_LEVEL);
        }
        var section = given.get().section();
        section.refuseUnknown(Set.of("codec", "level"));
        var codecValue = section.required("codec");
        var codec = switch (codecValue.text()) {
            case "zstd" -> Board.Codec.ZSTD;
            case "none" -> Board.Codec.NONE;
            default -> throw codecValue.error("must be zstd or none, found '" + codecValue.text() + "'");
        };
        var level = section.optional("level");
        return new Board.Compression(codec, level.isPresent() ? level.get().wholeNumber(1, 19) : DEFAULT_ZSTD_LEVEL);
    }

    private static Path overlay(YamlFile.Section root, Path folder) throws BuildException, IOException {
        var given = root.optional("overlay");
        var overlay = folder.resolve(given.isPresent() ? given.get().text() : "overlay");
        if (given.isEmpty() && !Files.exists(overlay, LinkOption.NOFOLLOW_LINKS)) {
            return overlay;
        }
        if (!Files.isDirectory(overlay)) {
            throw root.complaint(
                    "overlay", Files.exists(overlay) ? overlay + " is not a folder" : "there is no " + overlay);
        }
        var real = overlay.toRealPath();
        var board = folder.toRealPath();
        if (!real.startsWith(board) || real.equals(board)) {
            throw root.complaint("overlay", overlay + " must lie inside the board's folder; it is " + real);
        }
        return overlay;
    }

    private static String matching(YamlFile.Value value, Pattern pattern, String what) throws BuildException {
        if (!pattern.matcher(value.text()).matches()) {
            throw value.error("expected " + what + ", found '" + value.text() + "'");
        }
        return value.text();
    }

    private static List<String> texts(YamlFile.Section section, String key, Pattern pattern, String what)
            throws BuildException {
        var texts = new ArrayList<String>();
        var given = section.optional(key);
        if (given.isPresent()) {
            for (var value : given.get().list()) {
                texts.add(matching(value, pattern, what));
            }
        }
        return texts;
    }
}
