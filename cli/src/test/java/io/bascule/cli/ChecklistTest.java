package io.bascule.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChecklistTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final Checklist checks = new Checklist(new Terminal(print, false));

    @Test
    void oneClaimThatDoesNotHoldSpoilsAll() {
        checks.check("the sky is blue", true, "seen");
        assertThat(checks.allHeld()).isTrue();

        checks.checkEqual("two is three", "2", "3");

        assertThat(checks.allHeld()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("ok +\\d+\\.\\d s  the sky is blue  \\(seen\\)")
                .containsPattern("FAIL +\\d+\\.\\d s  two is three  \\(expected 2, found 3\\)");
    }

    @Test
    void theTableHasALineForEachClaim() {
        checks.check("the sky is blue", true, "x".repeat(80));
        checks.check("grass is red", false, "seen");
        out.reset();

        checks.printTable(print);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .anyMatch(line -> line.matches("the sky is blue  ok .*xxx\\.\\.\\."))
                .anyMatch(line -> line.matches("grass is red     FAIL .*seen"));
    }
}
