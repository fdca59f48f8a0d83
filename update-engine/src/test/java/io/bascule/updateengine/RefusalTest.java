package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.DOWNGRADE;
import static io.bascule.updateengine.fixture.TestHost.FORCE;
import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestKeys;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an update is refused for before anything is touched: not a byte of disk, ESP and state changes. */
class RefusalTest {
    private static final int UNTRUSTED = 6;
    private static final int REFUSED = 3;
    private static final int BLOCK = 4096;
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 = TestRelease.of("1.1.0");

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    @AfterEach
    void nextGoodUpdateSucceeds() throws IOException {
        Files.writeString(host.keyring(), TestKeys.keyring(1, TestKeys.TRUSTED).toJson());
        host.updateAndBoot(TestRelease.of("2.0.0"));
    }

    // Keys and time.

    @Test
    void releaseSignedByAnotherKey() throws IOException {
        var release = TestRelease.builder("1.1.0")
                .signers(TestKeys.signer(TestKeys.FOREIGN))
                .build();
        var refusal = refused(Problem.UNTRUSTED, UNTRUSTED, release);
        assertThat(refusal)
                .hasMessageContaining("not signed by the trusted keys: 0 valid of 1 needed, 1 signatures found");
        assertThat(refusal.hint()).contains(host.keyring().toString());
    }

    @Test
    void releaseThatIsNotSigned() throws IOException {
        var source = host.offer(V2);
        var text = new String(V2.document(), UTF_8);
        var unsigned = text.substring(0, text.indexOf(",\n  \"signatures\"")) + "\n}";
        Files.writeString(Path.of(source.name()).resolve("release.json"), unsigned);
        assertThat(unchanged(Problem.UNTRUSTED, () -> host.engine().update(source, OPTIONS)))
                .hasMessageContaining("the release is not signed");
    }

    /** Its release.json is in order, so it takes the payload's own signature to find out. */
    @Test
    void payloadSignedByAnotherKey() throws IOException {
        var release = TestRelease.builder("1.1.0")
                .payloadSigners(TestKeys.signer(TestKeys.FOREIGN))
                .build();
        assertThat(refused(Problem.UNTRUSTED, UNTRUSTED, release))
                .hasMessageContaining("the payload's metadata is not signed by a trusted key");
    }

    @Test
    void tooFewOfTheKeysSigned() throws IOException {
        Files.writeString(
                host.keyring(),
                TestKeys.keyring(2, TestKeys.TRUSTED, TestKeys.SECOND).toJson());
        assertThat(refused(Problem.UNTRUSTED, UNTRUSTED, V2)).hasMessageContaining("1 valid of 2 needed");
        var documentOnly = TestRelease.builder("1.1.0")
                .signers(TestKeys.signer(TestKeys.TRUSTED), TestKeys.signer(TestKeys.SECOND))
                .build();
        assertThat(refused(Problem.UNTRUSTED, UNTRUSTED, documentOnly)).hasMessageContaining("the payload's metadata");
        host.updateAndBoot(TestRelease.builder("1.1.0")
                .signers(TestKeys.signer(TestKeys.TRUSTED), TestKeys.signer(TestKeys.SECOND))
                .payloadSigners(TestKeys.signer(TestKeys.TRUSTED), TestKeys.signer(TestKeys.SECOND))
                .build());
    }

    @Test
    void keyringMissing() throws IOException {
        Files.delete(host.keyring());
        var refusal = refused(Problem.KEYRING, UNTRUSTED, V2);
        assertThat(refusal).hasMessage("there is no keyring " + host.keyring() + ", so no release can be trusted");
        assertThat(refusal.hint()).isNotEmpty();
    }

    @Test
    void keyringTornAnywhere() throws IOException {
        var whole = Files.readAllBytes(host.keyring());
        var source = host.offer(V2);
        for (var length = 0; length < whole.length - 2; length += 7) {
            Files.write(host.keyring(), Arrays.copyOf(whole, length));
            assertThat(Refusal.of(Problem.KEYRING, () -> host.engine().check(source, OPTIONS)))
                    .hasMessageContaining("the keyring " + host.keyring() + " cannot be used");
        }
        refused(Problem.KEYRING, UNTRUSTED, V2);
    }

    @Test
    void expired() throws IOException {
        host.setNow(TestRelease.EXPIRES);
        var refusal = refused(Problem.EXPIRED, UNTRUSTED, V2);
        assertThat(refusal).hasMessageContaining("expired at 2027-01-01T00:00:00Z");
        assertThat(refusal.hint()).contains("clock");
        host.setNow("2026-12-31T23:59:59Z");
        host.engine().check(host.offer(V2), OPTIONS);
    }

    /** It cannot be earlier than when the running release was built. */
    @Test
    void clockWithoutABattery() throws IOException {
        host.setNow("1970-01-01T00:00:05Z");
        var stale = TestRelease.builder("1.1.0").expires(TestRelease.BUILD_TIME).build();
        assertThat(refused(Problem.EXPIRED, UNTRUSTED, stale)).hasMessageContaining("it is 2026-01-01T00:00:00Z now");
        host.updateAndBoot(V2);
        assertThat(host.lastEvent().time()).isEqualTo(Instant.parse(TestRelease.BUILD_TIME));
    }

    // What it is for.

    @Test
    void otherBoard() throws IOException {
        var release = TestRelease.builder("1.1.0").board("other-board").build();
        assertThat(refused(Problem.WRONG_BOARD, REFUSED, release))
                .hasMessage("the release is for board 'other-board', this host is 'test-board'");
    }

    @Test
    void otherArchitecture() throws IOException {
        var release = TestRelease.builder("1.1.0").architecture("arm64").build();
        assertThat(refused(Problem.WRONG_ARCHITECTURE, REFUSED, release))
                .hasMessage("the release is for arm64, this host is x86-64");
    }

    @Test
    void lowerVersion() throws IOException {
        var refusal = refused(Problem.DOWNGRADE, REFUSED, TestRelease.of("1.0.0~rc1"));
        assertThat(refusal).hasMessageContaining("release 1.0.0~rc1 is older than 1.0.0, which runs");
        assertThat(refusal.hint()).contains("--allow-downgrade");
    }

    @Test
    void releaseThatRunsAlready() throws IOException {
        assertThat(refused(Problem.ALREADY_RUNNING, REFUSED, V1)).hasMessage("release 1.0.0 already runs");
    }

    /** The same name in another case is the same name on FAT. */
    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "1.0.0RC", "1.0.0rc"})
    void versionOfTheRunningReleaseWithOtherContent(String version) throws IOException {
        if (!version.equals("1.0.0")) {
            host.updateAndBoot(TestRelease.of("1.0.0RC"));
        }
        var release = TestRelease.builder(version).usr(new byte[2 * BLOCK]).build();
        assertThat(refused(Problem.VERSION_CLASH, REFUSED, release)).hasMessageContaining("has another content");
    }

    @Test
    void knownBad() throws IOException {
        host.update(V2);
        host.bootBroken(3);
        host.bootHealthy();
        refused(Problem.KNOWN_BAD, REFUSED, V2);
        // Bad is what it is, not what it is called.
        var renamed = TestRelease.builder("1.1.1")
                .document(useUkiOf(V2))
                .payload(V2.payload())
                .build();
        refused(Problem.KNOWN_BAD, REFUSED, renamed);
    }

    private static Consumer<ObjectNode> useUkiOf(TestRelease release) {
        return document -> document.withArray("files").forEach(file -> {
            if (file.path("kind").asText().equals("uki")) {
                ((ObjectNode) file).put("sha256", release.identity().toString());
            }
        });
    }

    @Test
    void identicalToTheOtherSlotInEachOfItsStates() throws IOException {
        host.update(V2);
        assertThat(refused(Problem.ALREADY_INSTALLED, REFUSED, V2))
                .hasMessage("release 1.1.0 is in slot B already and waits for its reboot");
        host.bootHealthy();
        assertThat(refused(Problem.DOWNGRADE, REFUSED, V1).hint()).contains("update-engine rollback");
        assertThat(host.engine().check(host.offer(V1), DOWNGRADE).alreadyThere())
                .as("good")
                .isTrue();
        host.engine().rollback(OPTIONS);
        host.bootHealthy();
        assertThat(host.engine().check(host.offer(V2), OPTIONS).alreadyThere())
                .as("demoted")
                .isTrue();
        host.engine().markBad(Optional.of(V2.version()), "", OPTIONS);
        refused(Problem.KNOWN_BAD, REFUSED, V2);
        assertThat(host.engine().check(host.offer(V2), FORCE).alreadyThere())
                .as("failed")
                .isTrue();
        host.engine().forget("all");
        var other = host.espFolder().resolve(V2.entry("+0-0"));
        var uki = Files.readAllBytes(other);
        uki[uki.length - 1] ^= 1;
        Files.write(other, uki);
        assertThat(host.engine().check(host.offer(V2), OPTIONS).alreadyThere())
                .as("damaged UKI")
                .isFalse();
        Files.delete(other);
        assertThat(host.engine().check(host.offer(V2), OPTIONS).alreadyThere())
                .as("no entry")
                .isFalse();
        host.updateAndBoot(V2);
    }

    @Test
    void partuuidOfAnotherPartition() throws IOException {
        var state = host.table().entry(6).unique().toString().replace("-", "");
        var release = TestRelease.builder("1.1.0")
                .rootHash(new RootHash(state + "0".repeat(32)))
                .build();
        assertThat(refused(Problem.PARTUUID_CLASH, REFUSED, release))
                .hasMessageContaining("partition 6 of /dev/test already has the PARTUUID");
        var half = V1.rootHash().hex().substring(0, 32);
        var similar = TestRelease.builder("1.1.0")
                .rootHash(new RootHash(half + "0".repeat(32)))
                .build();
        assertThat(refused(Problem.PARTUUID_CLASH, REFUSED, similar)).hasMessageContaining("partition 2 ");
    }

    // Sizes.

    @Test
    void largerThanTheSlot() throws IOException {
        var size = TestHost.USR_SIZE;
        var release = TestRelease.builder("1.1.0").usr(new byte[size + BLOCK]).build();
        assertThat(refused(Problem.TOO_LARGE, REFUSED, release))
                .hasMessage("the release's usr has 528384 bytes (516.0 KiB), the slot has room for 524288 bytes"
                        + " (512.0 KiB)");
        var hashes = TestRelease.builder("1.1.0")
                .verity(new byte[TestHost.VERITY_SIZE + BLOCK])
                .build();
        assertThat(refused(Problem.TOO_LARGE, REFUSED, hashes)).hasMessageContaining("usr-verity");
        host.updateAndBoot(TestRelease.builder("1.1.0").usr(new byte[size]).build());
    }

    @Test
    void ukiLargerThanTheRoomOnTheEsp() throws IOException {
        host.updateAndBoot(V2);
        var release = TestRelease.of("1.2.0");
        var old = V1.uki().length;
        var needed = release.uki().length + (1 << 20);
        host.esp().pretendFree(new ByteCount(needed - old - 1));
        assertThat(refused(Problem.NO_SPACE_ON_ESP, REFUSED, release)).hasMessageContaining("the release's UKI has");
        host.esp().pretendFree(ByteCount.ZERO);
        refused(Problem.NO_SPACE_ON_ESP, REFUSED, release);
        // The old release's UKI makes room.
        host.esp().pretendFree(new ByteCount(needed - old));
        host.updateAndBoot(release);
    }

    // The host.

    @Test
    void hostOfAnotherKind() throws IOException {
        var now = Instant.parse("2026-06-01T00:00:00Z");
        var arm = host.host(now, host.disk(), Architecture.ARM64, TestRelease.BOARD);
        assertThat(unchanged(Problem.NOT_A_HOST, () -> update(arm)))
                .hasMessageContaining("has 0 partitions for /usr and 0 for its hashes, not two of each");
        var stranger = host.host(now, host.disk(), Architecture.X86_64, "stranger");
        assertThat(unchanged(Problem.WRONG_BOARD, () -> update(stranger))).hasMessageContaining("'stranger'");
    }

    @Test
    void espThatIsNotMounted() throws IOException {
        Files.move(host.espFolder(), host.folder().resolve("away"));
        try {
            var refusal = Refusal.of(Problem.NOT_A_HOST, () -> host.update(V2));
            assertThat(refusal).hasMessageContaining("the running release has no UKI on the ESP");
            assertThat(refusal.hint()).contains("mounted at /efi");
        } finally {
            Files.move(host.folder().resolve("away"), host.espFolder());
        }
    }

    @Test
    void slotThatRunsIsNotToBeFound() throws IOException {
        var before = host.table();
        host.changeTable(table -> table.withEntry(3, table.entry(3).withUnique(Guid.nameBased("somebody's"))));
        assertThat(unchanged(Problem.NOT_A_HOST, () -> host.update(V2)))
                .hasMessageContaining("no slot, or more than one, has the root hash of the /usr that runs");
        host.changeTable(table -> before);
    }

    private void update(Host changed) throws IOException {
        new UpdateEngine(changed).update(host.offer(V2), OPTIONS);
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
