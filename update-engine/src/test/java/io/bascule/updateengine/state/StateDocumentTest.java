package io.bascule.updateengine.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateDocumentTest {
    private static final Instant TIME = Instant.parse("2026-06-01T12:00:00Z");

    /** A state with something in every field, as docs/formats/engine-state.md shows it. */
    static final EngineState FULL = EngineState.EMPTY
            .withPending(new Pending(
                    Pending.Action.UPDATE,
                    Pending.Step.ARMED,
                    Slot.B,
                    Version.parse("1.1.0"),
                    new RootHash("ab".repeat(32)),
                    Sha256Digest.parse("cd".repeat(32)),
                    Version.parse("1.0.0"),
                    "0e8a5b4c-3f5f-4a5e-9d0e-1f2a3b4c5d6e",
                    TIME))
            .withKnownBad(new KnownBad(
                    Sha256Digest.parse("ef".repeat(32)),
                    Version.parse("1.0.1~rc1"),
                    "none of 3 boots was complete",
                    TIME))
            .withEvent(TIME, HistoryEntry.Event.FELL_BACK, Version.parse("1.0.1~rc1"), "to 1.0.0: \"quoted\" ü 🜲\n");

    @Test
    void statesComeBack() throws IOException {
        assertThat(read(StateDocument.write(FULL))).isEqualTo(FULL);
        assertThat(read(StateDocument.write(EngineState.EMPTY))).isEqualTo(EngineState.EMPTY);
        assertThat(StateDocument.write(FULL)).isEqualTo(StateDocument.write(read(StateDocument.write(FULL))));
    }

    @Test
    void exampleOnThePageAboutItIsAState() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "formats", "engine-state.md"));
        var example = page.substring(page.indexOf("```json") + 7);
        var state = read(example.substring(0, example.indexOf("```")));
        assertThat(state.pending()).isEqualTo(FULL.pending());
        assertThat(state.knownBad()).isEqualTo(FULL.knownBad());
        for (var event : HistoryEntry.Event.values()) {
            assertThat(page).contains("`" + StateDocument.code(event) + "`");
        }
    }

    @Test
    void looksAsDescribed() throws IOException {
        var root = new JsonMapper().readTree(StateDocument.write(FULL));
        assertThat(root.path("format").asInt()).isEqualTo(1);
        var pending = root.path("pending");
        assertThat(pending.path("action").asText()).isEqualTo("update");
        assertThat(pending.path("step").asText()).isEqualTo("armed");
        assertThat(pending.path("slot").asText()).isEqualTo("B");
        assertThat(pending.path("rootHash").asText()).isEqualTo("ab".repeat(32));
        assertThat(pending.path("since").asText()).isEqualTo("2026-06-01T12:00:00Z");
        assertThat(root.at("/knownBad/0/identity").asText()).isEqualTo("ef".repeat(32));
        assertThat(root.at("/history/0/event").asText()).isEqualTo("fell-back");
    }

    /** However much of a write came onto the disk: it is the state, or it is torn. */
    @Test
    void everyTruncationIsTheStateOrTorn() throws IOException {
        var whole = StateDocument.write(FULL).getBytes(UTF_8);
        for (var length = 0; length <= whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            if (length >= whole.length - 1) {
                assertThat(StateDocument.read(cut)).isEqualTo(FULL);
            } else {
                assertThatThrownBy(() -> StateDocument.read(cut))
                        .as("the first " + length + " bytes")
                        .isInstanceOf(MalformedDocumentException.class);
            }
            assertThatThrownBy(() -> StateDocument.read(zerosFrom(whole, cut.length)))
                    .isInstanceOfAny(MalformedDocumentException.class, AssertionError.class);
        }
    }

    /** A file whose length was written and whose blocks were not. */
    private static byte[] zerosFrom(byte[] whole, int length) {
        var zeroed = whole.clone();
        Arrays.fill(zeroed, length, zeroed.length, (byte) 0);
        if (length == whole.length) {
            throw new AssertionError("nothing is missing");
        }
        return zeroed;
    }

    @Test
    void newerFormatIsNotTorn() {
        assertThatThrownBy(() -> read("{\"format\": 2, \"knownBad\": \"whatever this will be\"}"))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.STATE_NEWER);
                    assertThat(e.hint()).contains("repair --discard-newer");
                })
                .hasMessageContaining("has format 2: a newer engine wrote it, and this one knows 1 only");
    }

    @Test
    void unknownFieldsArePassedOver() throws IOException {
        assertThat(read("{\"format\": 1, \"knownBad\": [], \"history\": [], \"later\": {\"x\": 1}}"))
                .isEqualTo(EngineState.EMPTY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"armed\" | \"asleep\" | pending.step",
                "\"update\" | \"UPDATE \" | pending.action",
                "\"B\" | \"C\" | pending.slot",
                "\"1.1.0\" | \"~1\" | pending.version",
                "\"fell-back\" | \"fell_back2\" | history[0].event",
                "2026-06-01T12:00:00Z | yesterday | pending.since",
                "abababab | ABABABzz | pending.rootHash",
                "efefefef | EFEFEFEF | knownBad[0].identity"
            })
    void valuesThatMeanNothingNameTheirField(String from, String to, String field) throws IOException {
        var text = StateDocument.write(FULL);
        assertThat(text).contains(from);
        assertThatThrownBy(() -> read(text.replaceFirst(from, to)))
                .isInstanceOfSatisfying(
                        MalformedDocumentException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "{}", "{\"format\": \"1\"}", "{\"format\": 0}", "{\"format\": 1}", "\ufeff{}"})
    void documentsThatAreNoState(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedDocumentException.class);
    }

    /** Whatever is put into it: what the engine has written it can read. */
    @Test
    void stateNeverOutgrowsItsFormat() throws IOException {
        var state = EngineState.EMPTY;
        var longText = "\u0001".repeat(100_000);
        for (var i = 0; i < 1500; i++) {
            var version = Version.parse("1." + i);
            state = state.withKnownBad(new KnownBad(
                            Sha256Digest.ofContent(version.text().getBytes(UTF_8)), version, longText, TIME))
                    .withEvent(TIME, HistoryEntry.Event.MARKED_BAD, version, longText);
        }
        assertThat(state.history()).hasSize(EngineState.MAX_HISTORY);
        var last = state.knownBad().getLast();
        assertThat(last.version().text()).isEqualTo("1.1499");
        assertThat(read(StateDocument.write(state))).isEqualTo(state);
    }

    @Test
    void knownBadIsKeptOncePerIdentity() {
        var bad = FULL.knownBad().getFirst();
        var again = new KnownBad(bad.identity(), bad.version(), "something else", TIME.plusSeconds(1));
        assertThat(FULL.withKnownBad(again)).isEqualTo(FULL);
        assertThat(FULL.forget(bad::equals).knownBad()).isEmpty();
        assertThat(FULL.withoutPending().pending()).isEqualTo(Optional.empty());
    }

    private static EngineState read(String text) throws IOException {
        return StateDocument.read(text.getBytes(UTF_8));
    }
}
