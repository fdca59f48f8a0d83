package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A release.json that was changed, or that says what none may say: nothing is touched because of it. */
class RefusedDocumentTest {
    private static final int SEED = 7;
    private static final int REFUSED = 3;
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    @AfterEach
    void nextGoodUpdateSucceeds() throws IOException {
        host.updateAndBoot(TestRelease.of("2.0.0"));
    }

    /** Whatever bit of it is another one, white space included: nothing of it is believed. */
    @Test
    void releaseJsonWithAFlippedBit() throws IOException {
        var source = host.offer(V2);
        var file = Path.of(source.name()).resolve("release.json");
        var random = new Random(SEED);
        var before = host.everything();
        var problems = new HashSet<Problem>();
        for (var round = 0; round < 400; round++) {
            var changed = V2.document();
            var position = random.nextInt(changed.length);
            changed[position] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            problems.add(
                    refusalOfFlip(source, "byte " + position + ", seed " + SEED).problem());
        }
        assertThat(problems).isEqualTo(Set.of(Problem.UNTRUSTED, Problem.MALFORMED));
        assertThat(host.everything()).isEqualTo(before);
    }

    private EngineException refusalOfFlip(ReleaseSource source, String where) throws IOException {
        try {
            host.engine().check(source, OPTIONS);
        } catch (EngineException e) {
            return e;
        }
        throw new AssertionError("taken, with a flipped bit in " + where);
    }

    @Test
    void releaseJsonOfTwoMebibytes() throws IOException {
        var source = host.offer(V2);
        Files.writeString(Path.of(source.name()).resolve("release.json"), " ".repeat(2 << 20));
        assertThat(unchanged(Problem.MALFORMED, () -> host.engine().update(source, OPTIONS)))
                .hasMessageContaining("more than the 1048576 allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "a/b", "..", "", ".hidden", "a\nb"})
    void fileNamesThatAreNone(String name) throws IOException {
        var release = TestRelease.builder("1.1.0")
                .document(document -> document.withArray("files").forEach(file -> {
                    if (file.path("kind").asText().equals("payload")) {
                        ((ObjectNode) file).put("name", name);
                    }
                }))
                .build();
        assertThat(refused(Problem.MALFORMED, REFUSED, release)).hasMessageContaining("files[3].name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"payload", "usr", "usr-verity", "uki"})
    void releaseThatLacksAFile(String kind) throws IOException {
        var release = TestRelease.builder("1.1.0")
                .document(document -> {
                    var files = document.withArray("files").elements();
                    while (files.hasNext()) {
                        if (files.next().path("kind").asText().equals(kind)) {
                            files.remove();
                        }
                    }
                })
                .build();
        assertThat(refused(Problem.MALFORMED, REFUSED, release)).hasMessageContaining(kind);
    }

    @Test
    void noReleaseThere() throws IOException {
        var source = host.offer(V2);
        Files.delete(Path.of(source.name()).resolve(V2.payloadName()));
        assertThat(unchanged(Problem.NETWORK, () -> host.engine().update(source, OPTIONS)))
                .hasMessageContaining("there is no ")
                .hasMessageContaining(V2.payloadName());
        Files.delete(Path.of(source.name()).resolve("release.json"));
        assertThat(unchanged(Problem.NETWORK, () -> host.engine().update(source, OPTIONS))
                        .hint())
                .contains("release.json");
    }

    private EngineException refused(Problem problem, int exitCode, TestRelease release) throws IOException {
        var refusal = unchanged(problem, () -> host.update(release));
        assertThat(refusal.problem().exitCode()).isEqualTo(exitCode);
        return refusal;
    }

    private EngineException unchanged(Problem problem, ThrowingCallable verb) throws IOException {
        return Refusal.unchanged(host, problem, verb);
    }
}
