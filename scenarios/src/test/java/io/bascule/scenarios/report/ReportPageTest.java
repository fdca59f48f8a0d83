package io.bascule.scenarios.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.scenarios.script.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatFailedComesFirstAndIsOpen() throws Exception {
        ReportPage.write(List.of(result("well", Optional.empty()), result("badly", Optional.of("the line"))), folder);
        var page = Files.readString(folder.resolve(ReportPage.FILE));
        assertThat(page).contains("1 of 2 scenarios failed").containsSubsequence("id=\"badly\" open", "id=\"well\"");
        assertThat(page).contains("<p class=\"line\">the line</p>");
        assertThat(page).doesNotContain("${");
    }

    @Test
    void textsAreNoMarkup() throws Exception {
        ReportPage.write(List.of(result("x", Optional.of("<b>&\"${cards}"))), folder);
        assertThat(Files.readString(folder.resolve(ReportPage.FILE)))
                .contains("&lt;b&gt;&amp;&quot;${cards}")
                .doesNotContain("<b>");
    }

    @Test
    void resultSurvivesItsFile() throws Exception {
        var result = result("x", Optional.of("why"));
        ResultFile.write(result, folder);
        assertThat(ResultFile.read(folder)).contains(result);
        assertThat(ResultFile.read(folder.resolve("elsewhere"))).isEmpty();
    }

    @Test
    void resultOfAnotherFormatIsNone() throws Exception {
        ResultFile.write(result("x", Optional.empty()), folder);
        var file = folder.resolve(ScenarioResult.FILE);
        Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));
        assertThat(ResultFile.read(folder)).isEmpty();
    }

    private static ScenarioResult result(String name, Optional<String> failure) {
        return new ScenarioResult(
                name,
                "A story",
                Instant.parse("2026-01-01T00:00:00Z"),
                Duration.ofSeconds(90),
                "abc",
                failure,
                "details",
                List.of(
                        new Step(
                                Step.Kind.BOOT,
                                "it boots",
                                Duration.ZERO,
                                Duration.ofSeconds(60),
                                "up",
                                Optional.empty()),
                        new Step(
                                Step.Kind.CHECK,
                                "it is fine",
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(90),
                                "",
                                failure)),
                List.of("host-1/serial.log"));
    }
}
