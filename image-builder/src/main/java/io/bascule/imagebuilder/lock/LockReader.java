package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.yaml.YamlFile;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code lock.yaml}; every complaint names file, line and key. */
public final class LockReader {
    private static final YamlFile.Kind KIND = new YamlFile.Kind(
            "lock",
            16,
            "docs/formats/lock.md describes every key; `bascule lock BOARD` writes a new one when this one is gone",
            "`bascule lock BOARD` writes one");

    private static final Pattern BOARD = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern SUITE = Pattern.compile("[a-z][a-z0-9-]*");
    /** Debian Policy 5.6.7, 5.6.12 and 5.6.8. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]+");

    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+:~-]*");
    private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final Pattern FILE = Pattern.compile(
            "(?!.*(?:^|/)\\.\\.?(?:/|$))[A-Za-z0-9_][A-Za-z0-9_.+~%:=-]*(?:/[A-Za-z0-9_.+~%:=-]+)*\\.deb");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    /** One above is "none" to Linux. */
    private static final long LARGEST_ID = 0xFFFF_FFFEL;

    private static final long LARGEST_PACKAGE = 1L << 40;

    private LockReader() {}

    /** @throws BuildException if there is no lock, or one that cannot be right */
    public static Lock read(Path file) throws BuildException, IOException {
        return read(YamlFile.read(file, KIND).root());
    }

    /** @param file that {@code bytes} were read from, for messages */
    public static Lock parse(Path file, byte[] bytes) throws BuildException {
        return read(YamlFile.parse(file, KIND, bytes).root());
    }

    private static Lock read(YamlFile.Section root) throws BuildException {
        var format = root.required("format");
        if (!format.text().equals(Integer.toString(Lock.FORMAT))) {
            throw format.error("this version of Bascule reads format " + Lock.FORMAT + ", found '" + format.text()
                    + "'; lock again, or use the version that wrote it");
        }
        root.refuseUnknown(
                Set.of("format", "board", "runtime", "debian", "sources", "users", "groups", "keyring", "previous"));
        Optional<YamlFile.Section> debian = root.optional("debian").isPresent()
                ? Optional.of(root.required("debian").section())
                : Optional.empty();
        Optional<String> suite = Optional.empty();
        List<LockedPackage> packages = List.of();
        if (debian.isPresent()) {
            debian.get().refuseUnknown(Set.of("suite", "packages"));
            suite = Optional.of(matching(debian.get().required("suite"), SUITE, "the code name of a Debian release"));
            packages = packages(debian.get().required("packages"));
        }
        Optional<Sha256Digest> keyring =
                root.optional("keyring").isPresent() ? Optional.of(sha256(root.required("keyring"))) : Optional.empty();
        return new Lock(
                matching(root.required("board"), BOARD, "the name of a board"),
                runtime(root.required("runtime").section()),
                suite,
                packages,
                sources(root.required("sources")),
                ids(root.required("users").section()),
                ids(root.required("groups").section()),
                keyring,
                previous(root));
    }

    private static Lock.JavaRuntime runtime(YamlFile.Section section) throws BuildException {
        section.refuseUnknown(Set.of("java", "sha256"));
        return new Lock.JavaRuntime(section.required("java").text(), sha256(section.required("sha256")));
    }

    private static List<LockedPackage> packages(YamlFile.Value value) throws BuildException {
        var packages = new ArrayList<LockedPackage>();
        var keys = new HashSet<String>();
        for (var item : value.list()) {
            var read = lockedPackage(item.section());
            if (!keys.add(read.key())) {
                throw item.error(read.key() + " is there twice");
            }
            packages.add(read);
        }
        return packages;
    }

    private static LockedPackage lockedPackage(YamlFile.Section section) throws BuildException {
        section.refuseUnknown(
                Set.of("name", "version", "architecture", "archive", "file", "size", "sha256", "priority"));
        return new LockedPackage(
                matching(section.required("name"), NAME, "the name of a Debian package"),
                matching(section.required("version"), VERSION, "a version of Debian's"),
                matching(section.required("architecture"), ARCHITECTURE, "an architecture of Debian's"),
                archive(section.required("archive")),
                matching(section.required("file"), FILE, "the path of a .deb below the archive"),
                section.required("size").wholeNumber(1L, LARGEST_PACKAGE),
                sha256(section.required("sha256")),
                matching(section.required("priority"), WORD, "a priority of Debian's"));
    }

    private static LockedPackage.Archive archive(YamlFile.Value value) throws BuildException {
        for (var archive : LockedPackage.Archive.values()) {
            if (archive.text().equals(value.text())) {
                return archive;
            }
        }
        throw value.error("expected main or security, found '" + value.text() + "'");
    }

    private static List<Lock.LockedSource> sources(YamlFile.Value value) throws BuildException {
        var sources = new ArrayList<Lock.LockedSource>();
        for (var item : value.list()) {
            var section = item.section();
            section.refuseUnknown(Set.of("source", "sha256"));
            sources.add(new Lock.LockedSource(
                    section.required("source").text(),
                    section.optional("sha256").isPresent()
                            ? Optional.of(sha256(section.required("sha256")))
                            : Optional.empty()));
        }
        return sources;
    }

    private static SortedMap<String, Long> ids(YamlFile.Section section) throws BuildException {
        var ids = new TreeMap<String, Long>();
        for (var entry : section.all().entrySet()) {
            ids.put(entry.getKey(), entry.getValue().wholeNumber(0, LARGEST_ID));
        }
        return ids;
    }

    private static List<Lock.Image> previous(YamlFile.Section root) throws BuildException {
        var images = new ArrayList<Lock.Image>();
        if (root.optional("previous").isPresent()) {
            for (var item : root.required("previous").list()) {
                var section = item.section();
                section.refuseUnknown(Set.of("name", "sha256"));
                images.add(new Lock.Image(section.required("name").text(), sha256(section.required("sha256"))));
            }
        }
        return images;
    }

    private static Sha256Digest sha256(YamlFile.Value value) throws BuildException {
        return Sha256Digest.parse(matching(value, SHA256, "a SHA-256 of 64 lower-case hexadecimal digits"));
    }

    private static String matching(YamlFile.Value value, Pattern pattern, String what) throws BuildException {
        if (!pattern.matcher(value.text()).matches()) {
            throw value.error("expected " + what + ", found '" + value.text() + "'");
        }
        return value.text();
    }
}
