package io.bascule.updateengine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.payload.Extent;
import io.bascule.payload.Resemblance;
import io.bascule.payload.recompress.FrameEncoder;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates from deltas, and from full payloads where deltas do not do. */
class DeltaTest {
    private static final TestRelease V1 = TestRelease.of("1.0.0");

    private static final FrameEncoder ENCODER = new FrameEncoder(12, 18);

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
    }

    @AfterEach
    void runningSlotIsWhatItWas() throws IOException {
        host.verifyRunningSlot();
    }

    private static TestRelease next(TestRelease from, UnaryOperator<byte[]> damage) {
        var usr = V1.usr();
        usr[5 * 4096 + 17]++;
        return TestRelease.builder("1.1.0").usr(usr).deltaFrom(from, damage).build();
    }

    /** Without its full payload: what is not there cannot have been taken. */
    private static TestRelease withoutFull(TestRelease from) {
        var usr = V1.usr();
        usr[5 * 4096 + 17]++;
        return TestRelease.builder("1.1.0")
                .usr(usr)
                .deltaFrom(from, bytes -> bytes)
                .payload(new byte[] {1})
                .build();
    }

    @Test
    void aDeltaForThisReleaseIsTaken() throws IOException {
        var release = withoutFull(V1);
        assertThat(host.check(release).payloadSize().bytes()).isGreaterThan(release.payload().length);
        assertThat(host.check(release).isDelta()).isTrue();
        host.updateAndBoot(release);
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.log().lines("event")).noneMatch(line -> line.contains("does not do"));
    }

    @Test
    void aDeltaForAnotherReleaseIsNotLookedAt() throws IOException {
        host.updateAndBoot(next(TestRelease.of("0.9.0"), bytes -> new byte[0]));
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.log().lines("event")).noneMatch(line -> line.contains("delta"));
    }

    /** Some 150 kB; the new version has a number more at its start. */
    private static byte[] text(String start) {
        var text = new StringBuilder(start);
        for (var i = 0; i < 30_000; i++) {
            text.append(i * 7919 % 10_007).append(' ');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] cluster(byte[] content) {
        var frame = new byte[FrameEncoder.bound(content.length)];
        var length = ENCODER.encode(content, 0, content.length, frame);
        var blocks = new byte[Math.ceilDiv(length, 4096) * 4096];
        System.arraycopy(frame, 0, blocks, blocks.length - length, length);
        return blocks;
    }

    private static Resemblance.Stored part(byte[] usr, byte[] content) {
        return new Resemblance.Stored(new Extent(0, usr.length / 4096), Optional.of(content.length));
    }

    @Test
    void aDeltaThatLooksInsideCompressedFilesIsTaken(@TempDir Path folder) throws IOException {
        var oldText = text("");
        var newText = text("77 ");
        var old = cluster(oldText);
        var usr = cluster(newText);
        var before = TestRelease.builder("1.0.0").usr(old).build();
        var after = TestRelease.builder("1.1.0")
                .usr(usr)
                .deltaFrom(before, bytes -> bytes)
                .resemblances(
                        List.of(new Resemblance(ENCODER, List.of(part(usr, newText)), List.of(part(old, oldText)))))
                .payload(new byte[] {1})
                .build();
        var other = TestHost.install(folder.resolve("other"), before);
        other.updateAndBoot(after);
        assertThat(other.running()).isEqualTo("1.1.0");
        other.verifyRunningSlot();
        assertThat(other.log().lines("event")).noneMatch(line -> line.contains("does not do"));
    }

    private void fallsBackToTheFullPayload(UnaryOperator<byte[]> damage, String message) throws IOException {
        host.updateAndBoot(next(V1, damage));
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.log().lines("event"))
                .anyMatch(line -> line.contains("_delta.payload does not do: ") && line.contains(message))
                .anyMatch(line -> line.contains("taking the full payload"));
        assertThat(host.history()).containsExactly("installed 1.1.0", "updated 1.1.0");
        assertThat(host.state().history().getFirst().detail())
                .contains("as a full payload, because the delta did not do: ", message);
    }

    @Test
    void aDeltaThatIsDamagedInItsMetadataIsLeft() throws IOException {
        fallsBackToTheFullPayload(
                bytes -> {
                    bytes[40] ^= 1;
                    return bytes;
                },
                "not signed by a trusted key");
    }

    /** Half of the slot is written by then. */
    @Test
    void aDeltaThatIsDamagedInItsBlobsIsLeft() throws IOException {
        fallsBackToTheFullPayload(
                bytes -> {
                    bytes[bytes.length - 600] ^= 1;
                    return bytes;
                },
                "");
    }

    @Test
    void aDeltaThatIsCutShortIsLeft() throws IOException {
        fallsBackToTheFullPayload(bytes -> Arrays.copyOf(bytes, bytes.length - 10), "");
    }

    /** Its name and hash are right, and it is made from something else. */
    @Test
    void aDeltaThatIsMadeFromAnotherContentIsLeft() throws IOException {
        var other = V1.usr();
        other[9 * 4096]++;
        var impostor =
                TestRelease.builder("1.0.0").usr(other).rootHash(V1.rootHash()).build();
        host.updateAndBoot(next(impostor, bytes -> bytes));
        assertThat(host.running()).isEqualTo("1.1.0");
        assertThat(host.log().lines("event")).anyMatch(line -> line.contains("does not fit this delta payload"));
    }
}
