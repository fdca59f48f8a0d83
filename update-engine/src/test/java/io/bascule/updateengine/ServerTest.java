package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.fixture.TestServer;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.QuickSource;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates over HTTP, from servers of all kinds. */
class ServerTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");
    private static final String PAYLOAD = "/1.1.0/" + V2.payloadName();
    private static final int SIZE = V2.payload().length;

    private TestHost host;
    private TestServer server;
    private URI folder;

    @BeforeEach
    void install(@TempDir Path temporary) throws IOException {
        host = TestHost.install(temporary, V1);
        host.know(V2);
        server = new TestServer();
        folder = server.serve(V2);
    }

    @AfterEach
    void nextGoodUpdateSucceeds() throws IOException {
        server.close();
        host.verifyRunningSlot();
        host.updateAndBoot(TestRelease.of("2.0.0"));
    }

    @Test
    void updateOverHttp() throws IOException {
        update();
        assertThat(host.lastEvent().detail()).isEqualTo("to slot B from " + folder);
        assertThat(server.requests()).containsExactly("/1.1.0/release.json", PAYLOAD);
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void folderNeedsNoSlashAtItsEnd() throws IOException {
        var source = ReleaseSource.of(folder.toString().replaceAll("/$", ""));
        assertThat(host.engine().check(source, OPTIONS).release().version()).isEqualTo(V2.version());
    }

    @Test
    void brokenConnectionIsGoneOnWith() throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> answer.sendUntil(V2.payload(), answer.from() + SIZE / 4));
        update();
        assertThat(server.requests()).hasSizeBetween(5, 7).element(2).asString().startsWith(PAYLOAD + " bytes=");
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void serverWithoutRangesIsAskedAgainFromTheStart() throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> answer.sendAllUntil(V2.payload(), attempt < 3 ? SIZE / 2 : SIZE));
        update();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void serverThatIsOutOfOrderForAWhileIsWaitedFor() throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> {
            if (attempt == 1) {
                answer.sendUntil(V2.payload(), SIZE / 2);
            } else if (attempt < 5) {
                answer.sendStatus(503);
            } else {
                answer.send(V2.payload());
            }
        });
        update();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void serverThatIsGoneInTheMiddle() throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> {
            if (attempt == 1) {
                answer.sendUntil(V2.payload(), SIZE / 2);
            } else {
                answer.sendUntil(V2.payload(), answer.from());
            }
        });
        assertThat(refused(Problem.NETWORK)).hasMessageContaining(folder + V2.payloadName() + ": ");
        assertThat(host.entries()).containsExactly(V1.entry(""));
        assertThat(host.next()).isEqualTo("1.0.0");
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.history()).endsWith("interrupted 1.1.0");
        assertThat(host.engine().status().slots().get(1).content()).isEqualTo(Status.Content.PARTIAL);
    }

    @Test
    void serverThatStopsAltogether() throws IOException {
        var shown = new boolean[1];
        host.log().atProgress(() -> {
            if (!shown[0]) {
                shown[0] = true;
                server.close();
            }
        });
        server.manner(PAYLOAD, (answer, attempt) -> answer.sendUntil(V2.payload(), SIZE - 1000));
        refused(Problem.NETWORK);
        assertThat(host.entries()).containsExactly(V1.entry(""));
        assertThat(host.next()).isEqualTo("1.0.0");
    }

    /** The first half of one file and the second of another: each byte is verified, wherever it came from. */
    @Test
    void fileThatChangesBetweenTwoConnections() throws IOException {
        var other = V2.payload();
        for (var i = SIZE / 2; i < SIZE; i++) {
            other[i] ^= 1;
        }
        server.manner(PAYLOAD, (answer, attempt) -> {
            if (attempt == 1) {
                answer.sendUntil(V2.payload(), SIZE / 2);
            } else {
                answer.send(other);
            }
        });
        assertThat(refused(Problem.MISMATCH)).hasMessageContaining("the blob at offset");
        assertThat(host.entries()).containsExactly(V1.entry(""));
    }

    @Test
    void lengthThatIsNotTheSignedOneTouchesNothing() throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> answer.send(new byte[SIZE + 5]));
        var before = host.everything();
        assertThat(refused(Problem.MISMATCH))
                .hasMessageContaining("has " + (SIZE + 5) + " bytes, not the " + SIZE + " it is signed to have");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void lengthThatIsNotTold() throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> answer.sendChunked(V2.payload()));
        update();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    @Test
    void moreThanTheSignedLength() throws IOException {
        var longer = Arrays.copyOf(V2.payload(), SIZE + 1);
        server.manner(PAYLOAD, (answer, attempt) -> answer.sendChunked(longer));
        assertThat(refused(Problem.MALFORMED)).hasMessageContaining("bytes follow the payload signature");
        assertThat(host.entries()).containsExactly(V1.entry(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 500})
    void errorOfTheServerTouchesNothing(int status) throws IOException {
        server.manner(PAYLOAD, (answer, attempt) -> answer.sendStatus(status));
        var before = host.everything();
        assertThat(refused(Problem.NETWORK))
                .hasMessage(folder + V2.payloadName() + ": the server answers with " + status);
        server.manner("/1.1.0/release.json", (answer, attempt) -> answer.sendStatus(status));
        assertThat(refused(Problem.NETWORK).hint()).contains("release.json");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void redirectsAreFollowed() throws IOException {
        server.manner("/elsewhere", (answer, attempt) -> answer.send(V2.payload()));
        server.manner(PAYLOAD, (answer, attempt) -> answer.redirect(server.uri("/elsewhere")));
        update();
        host.bootHealthy();
        assertThat(host.running()).isEqualTo("1.1.0");
    }

    /** Of an endless document only the first mebibyte is read. */
    @Test
    void documentWithoutEnd() throws IOException {
        server.manner("/1.1.0/release.json", (answer, attempt) -> answer.sendChunked(new byte[8 << 20]));
        var before = host.everything();
        assertThat(refused(Problem.MALFORMED)).hasMessageContaining("more than the 1048576 allowed");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void serverThatIsNotThere() throws IOException {
        server.close();
        var before = host.everything();
        assertThat(refused(Problem.NETWORK)).hasMessageContaining(folder + "release.json: Connection refused");
        assertThat(host.everything()).isEqualTo(before);
    }

    private void update() throws IOException {
        host.engine().update(QuickSource.of(folder), OPTIONS);
    }

    private EngineException refused(Problem problem) {
        return Refusal.of(problem, this::update);
    }
}
