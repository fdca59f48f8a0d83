package io.bascule.scenarios.crash;

import io.bascule.imagebuilder.verity.VeritySalt;
import io.bascule.imagebuilder.verity.VerityWriter;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.scenarios.bootpath.KnownRelease;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;
import java.util.UUID;

/** Small releases with a real hash tree; the same for a version whenever they are made, but for their signatures. */
public final class Releases {
    /** 160 KiB of {@code /usr}. */
    private static final int BLOCKS = 40;

    private static final int BLOCK = 4096;

    /** Comes as a delta, and only so. */
    static final String DELTA = "1.1.1";

    static final String DELTA_FROM = "1.1.0";

    /** As many as a scenario is about: who makes hundreds must not keep them all. */
    private static final int KEPT = 8;

    private static final SequencedMap<String, TestRelease> MADE = new LinkedHashMap<>();

    private Releases() {}

    public static TestRelease of(String version) {
        synchronized (MADE) {
            var release = MADE.remove(version);
            if (release == null) {
                release = make(version);
            }
            MADE.putLast(version, release);
            if (MADE.size() > KEPT) {
                MADE.pollFirstEntry();
            }
            return release;
        }
    }

    /** {@return of the one version some blocks moved, changed or zero; of all others nothing in common} */
    private static byte[] usr(String version) {
        var usr = new byte[BLOCKS * BLOCK];
        if (!version.equals(DELTA)) {
            new Random(version.hashCode()).nextBytes(usr);
            return usr;
        }
        var old = of(DELTA_FROM).usr();
        System.arraycopy(old, 0, usr, 0, 10 * BLOCK);
        System.arraycopy(old, 20 * BLOCK, usr, 10 * BLOCK, 5 * BLOCK);
        System.arraycopy(old, 17 * BLOCK + 50, usr, 17 * BLOCK, 20 * BLOCK);
        usr[3 * BLOCK + 1]++;
        return usr;
    }

    private static TestRelease make(String version) {
        var usr = usr(version);
        var verity =
                new byte[(int) VerityWriter.hashSize(new ByteCount(usr.length)).bytes()];
        try {
            var root = VerityWriter.write(
                    new MemoryBlockDevice(usr),
                    new MemoryBlockDevice(verity),
                    new UUID(1, 2),
                    VeritySalt.of(new byte[] {7}),
                    1);
            var builder = TestRelease.builder(version).usr(usr).verity(verity).rootHash(root);
            return version.equals(DELTA)
                    // Its full payload is none: what was not made from the delta fails.
                    ? builder.deltaFrom(of(DELTA_FROM), bytes -> bytes)
                            .payload(new byte[] {1})
                            .build()
                    : builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static KnownRelease known(TestRelease release) {
        return new KnownRelease(release.version().text(), release.rootHash(), release.identity());
    }

    /** {@return a release folder below {@code folder}, made at the first call} */
    public static ReleaseSource offer(TestRelease release, Path folder) throws IOException {
        var place = folder.resolve("offers").resolve(release.version().text());
        if (!Files.exists(place)) {
            release.writeTo(place);
        }
        return ReleaseSource.of(place.toString());
    }
}
