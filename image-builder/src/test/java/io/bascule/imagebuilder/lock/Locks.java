package io.bascule.imagebuilder.lock;

import io.bascule.signing.Sha256Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Locks for tests. */
public final class Locks {
    private Locks() {}

    static Sha256Digest sha256(String content) {
        return Sha256Digest.ofContent(content.getBytes(StandardCharsets.UTF_8));
    }

    static LockedPackage item(String name, String version) {
        return new LockedPackage(
                name,
                version,
                "amd64",
                LockedPackage.Archive.MAIN,
                "pool/main/" + name + "_" + version.replaceFirst(".*:", "") + "_amd64.deb",
                (name + version).length(),
                sha256(name + version),
                "optional");
    }

    /** A lock of the board {@code b} of {@link io.bascule.imagebuilder.Boards}. */
    static Lock of(LockedPackage... packages) {
        return new Lock(
                "b",
                new Lock.JavaRuntime("25.0.1+8", sha256("runtime")),
                Optional.of("trixie"),
                List.of(packages),
                List.of(new Lock.LockedSource("debian", Optional.empty())),
                new TreeMap<>(Map.of("root", 0L, "sshd", 989L)),
                new TreeMap<>(Map.of("root", 0L, "users", 100L)),
                Optional.empty(),
                List.of());
    }

    static Lock with(Lock lock, Optional<Sha256Digest> keyring, List<Lock.Image> previous) {
        return new Lock(
                lock.board(),
                lock.runtime(),
                lock.suite(),
                lock.packages(),
                lock.sources(),
                lock.users(),
                lock.groups(),
                keyring,
                previous);
    }

    static Lock withIds(Lock lock, Map<String, Long> users, Map<String, Long> groups) {
        return new Lock(
                lock.board(),
                lock.runtime(),
                lock.suite(),
                lock.packages(),
                lock.sources(),
                new TreeMap<>(users),
                new TreeMap<>(groups),
                lock.keyring(),
                lock.previous());
    }
}
