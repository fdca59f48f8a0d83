package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.Board;
import io.bascule.signing.Sha256Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Whether a lock is one of a board, and of what else a build was given. */
public final class LockFit {
    private LockFit() {}

    /**
     * Compares the lock with what the board says.
     *
     * @param file of the lock, for messages
     * @throws BuildException saying everything that the board says otherwise
     */
    public static void checkBoard(Lock lock, String file, Board board) throws BuildException {
        var problems = new ArrayList<String>();
        if (!lock.board().equals(board.name())) {
            problems.add("it is of the board '" + lock.board() + "', and this is '" + board.name() + "'");
        }
        var suite = board.debian().map(Board.Debian::suite);
        if (!lock.suite().equals(suite)) {
            problems.add("it has " + lock.suite().map(name -> "Debian " + name).orElse("no Debian packages")
                    + ", and the board names "
                    + suite.map(name -> "Debian " + name).orElse("none"));
        }
        var names = new HashSet<String>();
        lock.packages().forEach(item -> {
            names.add(item.name());
            names.add(item.key());
        });
        board.debian().map(Board.Debian::packages).orElse(List.of()).forEach(name -> {
            if (!names.contains(name.replaceFirst("/.*", ""))) {
                problems.add("it does not have the package '" + name + "' that " + board.origin(name) + " names");
            }
        });
        var sources = board.sources().stream()
                .map(source -> Lock.LockedSource.nameOf(board, source))
                .toList();
        var locked = lock.sources().stream().map(Lock.LockedSource::name).toList();
        if (!sources.equals(locked)) {
            problems.add("its sources are " + String.join(", ", locked) + ", and those of the board "
                    + String.join(", ", sources));
        }
        refuse(file, problems, "the board has changed since: `bascule lock` again");
    }

    /** @param keyring the keyring.json that the image gets, if any */
    public static void checkKeyring(Lock lock, String file, Optional<String> keyring) throws BuildException {
        var found = keyring.map(text -> Sha256Digest.ofContent(text.getBytes(StandardCharsets.UTF_8)));
        if (found.equals(lock.keyring())) {
            return;
        }
        refuse(
                file,
                List.of("its images " + describe(lock.keyring()) + ", and this one would " + describe(found)),
                lock.keyring().isPresent()
                        ? "sign with --key and give that keyring with --trust, or `bascule lock` again"
                        : "`bascule lock --trust KEYRING` locks for signed releases");
    }

    private static String describe(Optional<Sha256Digest> keyring) {
        return keyring.map(digest -> "get the keyring with SHA-256 " + digest).orElse("get no keyring");
    }

    /** A lock that names no earlier images does not say which there may be. */
    public static void checkPrevious(Lock lock, String file, List<Lock.Image> previous) throws BuildException {
        if (lock.previous().isEmpty()
                || lock.previous().stream()
                        .map(Lock.Image::sha256)
                        .toList()
                        .equals(previous.stream().map(Lock.Image::sha256).toList())) {
            return;
        }
        refuse(
                file,
                List.of(
                        "its earlier images are, the closest first:\n    " + describe(lock.previous()),
                        "given with --previous are:\n    " + describe(previous)),
                "give those of the lock in its order, or `bascule lock --previous` again");
    }

    private static String describe(List<Lock.Image> images) {
        return images.isEmpty()
                ? "none"
                : String.join(
                        "\n    ",
                        images.stream()
                                .map(image -> image.name() + " (SHA-256 " + image.sha256() + ")")
                                .toList());
    }

    /** @param java version of the JDK that builds */
    public static void checkJava(Lock lock, String file, String java) throws BuildException {
        if (!lock.runtime().java().equals(java)) {
            refuse(
                    file,
                    List.of("its engine runs on Java " + lock.runtime().java() + ", and this is Java " + java),
                    "run Bascule with that JDK, or `bascule lock` again");
        }
    }

    /**
     * Compares the engine's runtime with the locked one.
     *
     * @param sha256 of the one that there is, see {@link RuntimeDigest}
     * @param where it lies
     */
    public static void checkRuntime(Lock lock, String file, Sha256Digest sha256, String where) throws BuildException {
        if (!lock.runtime().sha256().equals(sha256)) {
            refuse(
                    file,
                    List.of(
                            "its engine's Java runtime has the hash "
                                    + lock.runtime().sha256(),
                            where + " has " + sha256),
                    "each jlink run makes other bytes: copy that folder here from the cache of the machine that locked, in"
                            + " place of this one, or `bascule lock` again");
        }
    }

    private static void refuse(String file, List<String> problems, String hint) throws BuildException {
        if (!problems.isEmpty()) {
            throw BuildException.badInput(file + " does not fit:\n  " + String.join("\n  ", problems), hint);
        }
    }
}
