package io.bascule.updateengine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.signing.release.Version;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
    private static final EngineState STATE = EngineState.EMPTY.withEvent(
            Instant.parse("2026-06-01T12:00:00Z"), HistoryEntry.Event.UPDATED, Version.parse("1.0"), "");

    @TempDir
    private Path folder;

    @Test
    void savesAndLoads() throws IOException {
        var store = new StateStore(folder.resolve("made/by/the/first/save"));
        store.save(EngineState.EMPTY);
        store.save(STATE);
        assertThat(store.load()).isEqualTo(STATE);
        try (var files = Files.list(store.file().getParent())) {
            assertThat(files).as("no temporary file is left").containsExactly(store.file());
        }
    }

    @Test
    void missingStateIsSaidToBeMissing() {
        assertThatThrownBy(() -> new StateStore(folder).load())
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.STATE_MISSING);
                    assertThat(e.hint()).contains("update-engine repair");
                })
                .hasMessageContaining("there is no " + folder.resolve("state.json"));
    }

    @Test
    void tornStateIsSetAsideAndKept() throws IOException {
        var store = new StateStore(folder);
        Files.writeString(store.file(), "{\"format\": 1, \"kno");
        assertThatThrownBy(store::load)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STATE_TORN));
        var aside = store.setAside();
        assertThat(aside).hasFileName("state.json.unusable").hasContent("{\"format\": 1, \"kno");
        assertThat(store.file()).doesNotExist();
        // A second one takes its place.
        Files.writeString(store.file(), "again");
        assertThat(store.setAside()).hasContent("again");
    }

    /** What a power cut in the middle of a save leaves. */
    @Test
    void halfWrittenNewStateIsPassedOver() throws IOException {
        var store = new StateStore(folder);
        store.save(STATE);
        Files.writeString(folder.resolve("state.json.new"), "{\"for");
        assertThat(store.load()).isEqualTo(STATE);
        store.save(EngineState.EMPTY);
        assertThat(store.load()).isEqualTo(EngineState.EMPTY);
    }

    @Test
    void saveThatFailsKeepsTheOldState() throws IOException {
        var store = new StateStore(folder);
        store.save(STATE);
        // Neither may be opened for writing.
        Files.createDirectory(folder.resolve("state.json.new"));
        assertThatThrownBy(() -> store.save(EngineState.EMPTY)).isInstanceOf(IOException.class);
        assertThat(store.load()).isEqualTo(STATE);
    }
}
