package io.bascule.imagebuilder.board;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.yaml.YamlFile;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads and checks {@code board.yaml}; {@code docs/boards.md} describes every key. */
public final class BoardReader {
    public static final String FILE_NAME = "board.yaml";

    private static final Pattern ANY = Pattern.compile(".*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    /** Debian Policy 5.6.7, and apt's {@code name:architecture} and {@code name/suite}. */
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.:/~-]+");

    private static final String PACKAGE_NAME = "the name of a Debian package";

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

    private static final ByteCount LEAST_EXTENT = new ByteCount(64 << 10);
    private static final ByteCount MOST_EXTENT = ByteCount.ofMiB(1);

    private static final Set<String> KEYS = Set.of(
            "extends",
            "name",
            "description",
            "sources",
            "extra-sources",
            "debian",
            "exclude",
            "kernel-arguments",
            "initrd-modules",
            "sizes",
            "compression",
            "decompress",
            "overlay");

    private BoardReader() {}

    /** {@return whether a product may be called that} */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Reads the board in {@code folder}, and the boards that it extends.
     *
     * @throws BuildException naming file, line and key if a file is missing or says something wrong
     */
    public static Board read(Path folder) throws BuildException, IOException {
        if (Files.isRegularFile(folder)) {
            throw BuildException.badInput(
                    folder + " is a file", "give the folder of a board, in which " + FILE_NAME + " lies");
        }
        Optional<Board> board = Optional.empty();
        for (var layer : BoardChain.of(folder).reversed()) {
            board = Optional.of(read(layer, board));
        }
        return board.orElseThrow();
    }

    /** {@return the folders of the board in {@code folder} and of those that it extends, as far as they can be read} */
    public static List<Path> foldersOf(Path folder) throws IOException {
        try {
            return BoardChain.of(folder).stream().map(BoardChain.Layer::folder).toList();
        } catch (BuildException e) {
            // Whoever reads the board will say what is wrong with it.
            return List.of(folder);
        }
    }

    private static Board read(BoardChain.Layer layer, Optional<Board> base) throws BuildException, IOException {
        var folder = layer.folder();
        var root = layer.root();
        root.refuseUnknown(KEYS);
        var origins = new Origins(folder.resolve(FILE_NAME), base);
        var overlays = new ArrayList<>(base.map(Board::overlays).orElse(List.of()));
        overlay(root, folder).ifPresent(overlays::add);
        var sources = sources(root, folder, base);
        return new Board(
                folder,
                text(root, "name", base.map(Board::name), NAME, "lower-case letters, digits and dashes, 32 at most"),
                text(root, "description", base.map(Board::description), ANY, "a line of text"),
                sources,
                debian(root, sources, base.flatMap(Board::debian), origins),
                origins.addTo("", base.map(Board::exclude), exclude(root)),
                origins.addTo(
                        "kernel-arguments",
                        base.map(Board::kernelArguments),
                        texts(
                                root,
                                "kernel-arguments",
                                KERNEL_ARGUMENT,
                                "one kernel argument without spaces, none of those that the build sets itself")),
                origins.addTo(
                        "",
                        base.map(Board::initrdModules),
                        texts(root, "initrd-modules", MODULE, "the name of a kernel module")),
                sizes(root, base.map(Board::sizes), origins),
                compression(root, base.map(Board::compression)),
                decompress(root, base.map(Board::decompress)),
                overlays,
                origins.files());
    }

    /** {@return what the key says, or what the board that this one extends says} */
    private static String text(
            YamlFile.Section section, String key, Optional<String> base, Pattern pattern, String what)
            throws BuildException {
        var given = section.optional(key);
        if (given.isEmpty() && base.isPresent()) {
            return base.get();
        }
        return matching(section.required(key), pattern, what);
    }

    private static List<Source> sources(YamlFile.Section root, Path folder, Optional<Board> base)
            throws BuildException {
        var reader = new SourceReader(folder);
        var sources = new ArrayList<Source>(base.map(Board::sources).orElse(List.of(new Source.Packages())));
        if (root.optional("sources").isPresent()) {
            sources.clear();
            sources.addAll(reader.readAll(root.required("sources")));
        }
        if (root.optional("extra-sources").isPresent()) {
            sources.addAll(reader.readAll(root.required("extra-sources")));
        }
        if (sources.isEmpty()) {
            throw root.complaint("sources", "expected at least one source");
        }
        if (sources.stream().filter(Source.Packages.class::isInstance).count() > 1) {
            throw root.complaint("sources", "debian is there twice; name all packages in the board's key debian");
        }
        return sources;
    }

    private static boolean decompress(YamlFile.Section root, Optional<Boolean> base) throws BuildException {
        var given = root.optional("decompress");
        return given.isPresent() ? given.get().truth() : base.orElse(true);
    }

    /** {@return the packages, if they are among the sources} */
    private static Optional<Board.Debian> debian(
            YamlFile.Section root, List<Source> sources, Optional<Board.Debian> base, Origins origins)
            throws BuildException {
        if (!sources.contains(new Source.Packages())) {
            if (root.optional("debian").isPresent()) {
                throw root.complaint("debian", "is not among the board's sources; add it there, or take this out");
            }
            return Optional.empty();
        }
        return Optional.of(debian(root, base, origins));
    }

    private static Board.Debian debian(YamlFile.Section root, Optional<Board.Debian> base, Origins origins)
            throws BuildException {
        if (base.isPresent() && root.optional("debian").isEmpty()) {
            return base.get();
        }
        var section = root.required("debian").section();
        section.refuseUnknown(Set.of("suite", "packages", "extra-packages"));
        var suite = text(section, "suite", base.map(Board.Debian::suite), SUITE, "the code name of a Debian release");
        if (section.optional("suite").isPresent()) {
            origins.own("debian.suite");
        }
        var packages = new LinkedHashSet<String>();
        if (base.isPresent() && section.optional("packages").isEmpty()) {
            packages.addAll(base.get().packages());
        } else {
            packages.addAll(texts(section, "packages", PACKAGE, PACKAGE_NAME));
            if (packages.isEmpty()) {
                throw section.required("packages").error("at least a kernel and systemd must be in the list");
            }
            origins.own("debian.packages");
            packages.forEach(origins::own);
        }
        var extra = texts(section, "extra-packages", PACKAGE, PACKAGE_NAME);
        extra.stream().filter(packages::add).forEach(origins::own);
        return new Board.Debian(suite, List.copyOf(packages));
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

    private static Board.Sizes sizes(YamlFile.Section root, Optional<Board.Sizes> base, Origins origins)
            throws BuildException {
        var otherwise = base.orElse(new Board.Sizes(DEFAULT_ESP, DEFAULT_USR, DEFAULT_STATE));
        var given = root.optional("sizes");
        if (given.isEmpty()) {
            return otherwise;
        }
        var section = given.get().section();
        section.refuseUnknown(Set.of("esp", "usr", "state-minimum"));
        if (section.optional("usr").isPresent()) {
            origins.own("sizes.usr");
        }
        return new Board.Sizes(
                size(section, "esp", otherwise.esp(), LEAST_ESP),
                size(section, "usr", otherwise.usr(), SIZE_UNIT),
                size(section, "state-minimum", otherwise.stateMinimum(), ByteCount.ofMiB(64)));
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

    private static Board.Compression compression(YamlFile.Section root, Optional<Board.Compression> base)
            throws BuildException {
        var given = root.optional("compression");
        if (given.isEmpty()) {
            return base.orElse(Board.Profile.DEFAULT.compression());
        }
        var section = given.get().section();
        section.refuseUnknown(Set.of("codec", "extent", "level", "profile"));
        var profile = section.optional("profile");
        if (profile.isPresent()) {
            for (var key : List.of("codec", "level", "extent")) {
                if (section.optional(key).isPresent()) {
                    throw section.required(key).error("is what the profile says already; give one of them");
                }
            }
            return profile(profile.get()).compression();
        }
        var codecValue = section.required("codec");
        var key = codecValue.text();
        var codec = Arrays.stream(Board.Codec.values())
                .filter(known -> known.key().equals(key))
                .findFirst();
        if (codec.isEmpty()) {
            throw codecValue.error("must be zstd, lz4hc, lzma or none, found '" + key + "'");
        }
        return compression(section, codec.get());
    }

    private static Board.Profile profile(YamlFile.Value value) throws BuildException {
        var key = value.text();
        return Arrays.stream(Board.Profile.values())
                .filter(known -> known.key().equals(key))
                .findFirst()
                .orElseThrow(() -> value.error("must be small, default or fast, found '" + key + "'"));
    }

    private static Board.Compression compression(YamlFile.Section section, Board.Codec codec) throws BuildException {
        var level = section.optional("level");
        var extent = section.optional("extent");
        if (codec == Board.Codec.NONE) {
            for (var value : List.of(level, extent)) {
                if (value.isPresent()) {
                    throw value.get().error("has no meaning with the codec none");
                }
            }
        }
        return new Board.Compression(
                codec,
                level.isPresent()
                        ? level.get().wholeNumber(codec.leastLevel(), codec.mostLevel())
                        : codec.defaultLevel(),
                extent.isPresent() ? extent(extent.get()) : Board.DEFAULT_EXTENT);
    }

    private static ByteCount extent(YamlFile.Value value) throws BuildException {
        try {
            var extent = ByteCount.parse(value.text());
            if (extent.compareTo(LEAST_EXTENT) >= 0
                    && extent.compareTo(MOST_EXTENT) <= 0
                    && Long.bitCount(extent.bytes()) == 1) {
                return extent;
            }
        } catch (IllegalArgumentException e) {
            // The same message as for a size out of range follows.
        }
        throw value.error("must be 64K, 128K, 256K, 512K or 1M, found '" + value.text() + "'");
    }

    private static Optional<Path> overlay(YamlFile.Section root, Path folder) throws BuildException, IOException {
        var given = root.optional("overlay");
        var overlay = given.isPresent() ? folder.resolve(given.get().path()) : folder.resolve("overlay");
        if (given.isEmpty() && !Files.exists(overlay, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
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
        return Optional.of(overlay);
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
