package io.bascule.imagebuilder.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which boots the engine is asked to judge: it must never be one too few. */
class JudgeNeededTest {
    private static final String STATE = "{\n  \"format\" : 1,\n  \"knownBad\" : [ ],\n  \"history\" : [ ]\n}\n";

    @TempDir
    private Path host = Path.of("");

    private Scripts scripts;

    @BeforeEach
    void quietHost() throws IOException {
        scripts = new Scripts(host);
        scripts.entries("base_1.0.0.efi", "base_1.1.0.efi");
        state(STATE);
    }

    @Test
    void notWhenNothingWaitsAndNothingWasCounted() throws Exception {
        assertThat(scripts.run("image/usr/lib/bascule/judge-needed"))
                .isEqualTo(new Scripts.Outcome(1, "nothing to judge\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base_1.2.0+3-0.efi", "base_1.2.0+0-3.efi", "base_1.2.0+0-0.efi", "base_1.2.0+2-1.EFI"})
    void whenAnyEntryHasACounter(String name) throws Exception {
        scripts.entries(name);
        assertNeeded();
    }

    @Test
    void whenASwitchIsPending() throws Exception {
        state(STATE.replace("\"knownBad\"", "\"pending\" : { },\n  \"knownBad\""));
        assertNeeded();
    }

    @Test
    void whenTheStateIsMissing() throws Exception {
        Files.delete(host.resolve("state/engine/state.json"));
        assertNeeded();
    }

    @Test
    void whenTheStateEndsAnywhereBefore() throws Exception {
        for (var length = 0; length < STATE.length(); length++) {
            state(STATE.substring(0, length));
            assertNeeded();
        }
    }

    private void state(String text) throws IOException {
        Files.writeString(Files.createDirectories(host.resolve("state/engine")).resolve("state.json"), text);
    }

    private void assertNeeded() throws Exception {
        assertThat(scripts.run("image/usr/lib/bascule/judge-needed")).isEqualTo(new Scripts.Outcome(0, ""));
    }
}
