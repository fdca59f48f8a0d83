package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.board.Board;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What mmdebstrap is to install, and from where.
 *
 * @param board with Debian packages
 * @param mirrors where they come from
 * @param keyring file with the keys that the mirror's Release files must be signed by; absent for mmdebstrap's own choice,
 *     the keys of Debian
 * @param locked whether the main mirror holds the packages of a lock and nothing else, each compared with it already, so that
 *     nobody has to sign it
 * @param kept folder that gets the packages and the indexes that apt has verified; absent to keep none
 */
public record PackageOrder(
        Board board, AptMirrors mirrors, Optional<Path> keyring, boolean locked, Optional<Path> kept) {
    /** {@return the order for what the mirrors have today} */
    public static PackageOrder ofToday(Board board, AptMirrors mirrors, Optional<Path> keyring) {
        return new PackageOrder(board, mirrors, keyring, false, Optional.empty());
    }

    /** {@return the order for exactly what is in {@code mirrors}} */
    public static PackageOrder ofLock(Board board, AptMirrors mirrors) {
        return new PackageOrder(board, mirrors, Optional.empty(), true, Optional.empty());
    }

    /** {@return the same, and packages and indexes are kept in {@code folder}} */
    public PackageOrder keeping(Path folder) {
        return new PackageOrder(board, mirrors, keyring, locked, Optional.of(folder));
    }

    /** {@return where the packages are kept} */
    public Path archives() {
        return kept.orElseThrow().resolve("archives");
    }

    /** {@return where apt's indexes are kept} */
    public Path lists() {
        return kept.orElseThrow().resolve("lists");
    }

    /** {@return the packages by name; those of a lock without the suite that the board may want them from} */
    List<String> names() {
        var names = debian().packages();
        return locked ? names.stream().map(name -> name.replaceFirst("/.*", "")).toList() : names;
    }

    /** {@return lines for apt's sources.list} */
    List<String> sourcesList() {
        var suite = debian().suite();
        if (locked) {
            return List.of("deb [trusted=yes] " + mirrors.main() + " " + suite + " main");
        }
        var signedBy = keyring.map(file -> "[signed-by=" + file.toAbsolutePath() + "] ")
                .orElse("");
        return mirrors.distributions(suite).stream()
                .map(distribution -> "deb " + signedBy + distribution.mirror() + " " + distribution.name() + " main")
                .toList();
    }

    /** {@return what people must know about what they get; empty if there is nothing} */
    public String warning() {
        return mirrors.security().isEmpty() ? ", WITHOUT security fixes: no mirror of them is known" : "";
    }

    private Board.Debian debian() {
        return board.debian().orElseThrow();
    }
}
