package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.Source;
import io.bascule.signing.Sha256Digest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a board was found to be made of, to the byte: what {@code lock.yaml} says.
 *
 * @param board name of the board
 * @param runtime the engine's Java runtime
 * @param suite release of Debian; absent if it is not among the sources
 * @param packages all that are installed, by name and architecture; none without {@code suite}
 * @param sources one for each of the board's, in its order
 * @param users numbers of the users, by name
 * @param groups numbers of the groups, by name
 * @param keyring SHA-256 of the keyring.json that images get; absent if they get none
 * @param previous the earlier images whose places unchanged files keep, the closest first
 */
public record Lock(
        String board,
        JavaRuntime runtime,
        Optional<String> suite,
        List<LockedPackage> packages,
        List<LockedSource> sources,
        SortedMap<String, Long> users,
        SortedMap<String, Long> groups,
        Optional<Sha256Digest> keyring,
        List<Image> previous) {
    /** What a board's lock is called, in its folder. */
    public static final String FILE_NAME = "lock.yaml";

    /** The version of the format that is written, and the only one that is read. */
    public static final int FORMAT = 1;

    public Lock {
        packages = List.copyOf(packages);
        sources = List.copyOf(sources);
        users = Collections.unmodifiableSortedMap(new TreeMap<>(users));
        groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
        previous = List.copyOf(previous);
    }

    /**
     * A Java runtime.
     *
     * @param java version of it, as {@link java.lang.Runtime#version} says
     * @param sha256 of its files, see {@link RuntimeDigest}
     */
    public record JavaRuntime(String java, Sha256Digest sha256) {}

    /**
     * An image of an earlier release.
     *
     * @param name of the file that it was read from, for people
     * @param sha256 of its EROFS file system, first to last block
     */
    public record Image(String name, Sha256Digest sha256) {}

    /**
     * A source of the board.
     *
     * @param name as the board says it, paths relative to the board's folder
     * @param sha256 of the archive, or digest of the container image; absent for Debian, whose packages are listed
     */
    public record LockedSource(String name, Optional<Sha256Digest> sha256) {
        /** {@return the name of {@code source} in a lock: the same on every machine} */
        public static String nameOf(Board board, Source source) {
            return switch (source) {
                case Source.Packages packages -> packages.describe();
                case Source.Tar tar -> "tar:" + relative(board, tar.file());
                case Source.OciLayout layout -> "oci:" + relative(board, layout.folder()) + tag(layout.tag());
                case Source.OciArchive archive -> "oci-archive:" + relative(board, archive.file()) + tag(archive.tag());
                case Source.Registry registry -> registry.describe();
            };
        }

        private static String tag(Optional<String> tag) {
            return tag.map(name -> ":" + name).orElse("");
        }

        private static Path relative(Board board, Path path) {
            return board.folder()
                    .toAbsolutePath()
                    .normalize()
                    .relativize(path.toAbsolutePath().normalize());
        }
    }
}
