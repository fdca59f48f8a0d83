package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.imagebuilder.reproduce.Difference;
import io.bascule.imagebuilder.reproduce.ReleaseComparison;
import io.bascule.imagebuilder.reproduce.Surroundings;
import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.Signer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same board and version give the same bytes, whoever builds, where, when and with how many threads. */
class ReproducibleBuildTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
    private static final Instant EXPIRES = Instant.parse("2040-01-01T00:00:00Z");
    private static final Duration SHIFT = Duration.ofDays(-400);
    private static final List<String> FAKETIME =
            List.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib64/faketime/libfaketimeMT.so.1");

    @TempDir
    private Path folder;

    private Path board;
    private Path cache;
    private Path key;

    @BeforeEach
    void prepare() throws Exception {
        board = folder.resolve("board");
        SmallSystem.write(board);
        cache = folder.resolve("cache");
        SmallSystem.writeCache(cache);
        // Whose signatures are other ones each time.
        key = DevelopmentKeys.create(folder.resolve("keys"), "test", KeyAlgorithm.EC_P256)
                .privateKey();
    }

    /** Builds in the process that calls; what {@link Child} does is the same. */
    static ReleaseFiles build(Path board, Path key, Path output, Path cache, int threads) throws Exception {
        var signing = ReleaseSigning.of(
                List.<Signer>of(KeyFile.readSigner(key)),
                Files.readAllBytes(key.resolveSibling(DevelopmentKeys.KEYRING_FILE)),
                EXPIRES);
        return ImageBuild.run(
                new BuildRequest(
                        board,
                        "1.0.0",
                        output,
                        cache,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        TIME,
                        threads,
                        Optional.of(signing),
                        Stream.of("qcow2-zstd", "vmdk", "vhd-dynamic", "raw.zst")
                                .map(OutputFormat::parse)
                                .toList(),
                        List.of(),
                        List.of(),
                        Optional.empty()),
                new SilentListener());
    }

    /** The second build, in a process of its own. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            var cache = Path.of(arguments[3]);
            var cores = Runtime.getRuntime().availableProcessors();
            build(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), cache, cores);
            var probe = Files.createFile(cache.resolve("probe"));
            Files.write(
                    cache.resolve("seen"),
                    List.of(
                            TimeZone.getDefault().getID(),
                            Locale.getDefault().toString(),
                            String.valueOf(cores),
                            Path.of("").toRealPath().toString(),
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(probe)),
                            Instant.now().toString()));
        }
    }

    private List<String> buildElsewhere(Surroundings surroundings, Path board) throws Exception {
        for (var needed :
                List.of(surroundings.workingFolder(), surroundings.cacheFolder(), surroundings.temporaryFolder())) {
            Files.createDirectories(needed);
        }
        EngineRuntime.share(cache, surroundings.cacheFolder());
        var process = surroundings
                .process(
                        Child.class.getName(),
                        List.of(
                                board.toString(),
                                key.toString(),
                                surroundings.outputFolder().toString(),
                                surroundings.cacheFolder().toString()))
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return Files.readAllLines(surroundings.cacheFolder().resolve("seen"));
    }

    private Surroundings surroundings() {
        var clock = FAKETIME.stream()
                .map(Path::of)
                .filter(Files::isReadable)
                .findFirst()
                .map(library -> new Surroundings.Clock(library, SHIFT));
        return Surroundings.unlikeThese(2, clock, folder.resolve("again"));
    }

    private static List<String> differences(ReleaseFiles first, ReleaseFiles second) throws Exception {
        var compared = new ArrayList<String>();
        var differences = ReleaseComparison.between(first, second, compared::add);
        assertThat(compared).hasSize(13);
        return differences.stream().map(Difference::describe).toList();
    }

    @Test
    void aReleaseIsTheSameInOtherSurroundings() throws Exception {
        var first = build(board, key, folder.resolve("out"), cache, 2);
        var surroundings = surroundings();
        var seen = buildElsewhere(surroundings, board);

        var second = new ReleaseFiles(surroundings.outputFolder().resolve("small/1.0.0"), "small", "1.0.0");
        assertThat(differences(first, second)).isEmpty();
        assertThat(Files.mismatch(first.payload(), second.payload()))
                .as("signatures by ECDSA, which nobody can repeat")
                .isNotNegative();
        // Not the same by not having been elsewhere.
        assertThat(seen.subList(0, 4))
                .containsExactly(
                        surroundings.timeZone(),
                        surroundings.locale().toString(),
                        "1",
                        surroundings.workingFolder().toRealPath().toString());
        assertThat(seen.get(4))
                .isNotEqualTo(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(Files.createFile(folder.resolve("probe")))));
        if (surroundings.clock().isPresent()) {
            assertThat(Instant.parse(seen.get(5))).isBefore(Instant.now().minus(Duration.ofDays(399)));
        }
    }

    @Test
    void aFileThatIsAnotherIsFoundWhereItCameFrom() throws Exception {
        var first = build(board, key, folder.resolve("out"), cache, 2);
        Files.writeString(board.resolve("overlay/usr/lib/small/script"), "#!/bin/bash\n");
        var second = build(board, key, folder.resolve("other"), cache, 2);

        var found = differences(first, second);
        assertThat(found.getFirst()).startsWith("small_1.0.0.usr.erofs: first difference at byte ");
        assertThat(found)
                .anySatisfy(
                        line -> assertThat(line).startsWith("small_1.0.0.raw: ").contains("partition"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("release.json: ").contains("/usr/rootHash"))
                .anySatisfy(line -> assertThat(line).startsWith("SHA256SUMS: ").contains("line 1"))
                .anySatisfy(line -> assertThat(line).startsWith("small_1.0.0.payload: "));
    }
}
