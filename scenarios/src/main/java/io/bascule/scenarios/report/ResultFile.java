package io.bascule.scenarios.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.scenarios.script.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;

/** A {@link ScenarioResult} as JSON. Times are in milliseconds. */
public final class ResultFile {
    private static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ResultFile() {}

    /** Writes {@link ScenarioResult#FILE} in {@code folder}, whole or not at all. */
    public static void write(ScenarioResult result, Path folder) throws IOException {
        var fresh = folder.resolve(ScenarioResult.FILE + ".new");
        Files.writeString(fresh, toJson(result).toPrettyString() + "\n");
        Files.move(fresh, folder.resolve(ScenarioResult.FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** {@return the result in {@code folder}; nothing if there is none, or none that this version reads} */
    public static Optional<ScenarioResult> read(Path folder) throws IOException {
        var file = folder.resolve(ScenarioResult.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            var root = MAPPER.readTree(file.toFile());
            return root.path("format").asInt() == FORMAT ? Optional.of(fromJson(root)) : Optional.empty();
        } catch (com.fasterxml.jackson.core.JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            // Nothing depends on an old result but whether the scenario is played again.
            return Optional.empty();
        }
    }

    public static ObjectNode toJson(ScenarioResult result) {
        var root = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("scenario", result.name())
                .put("summary", result.summary())
                .put("passed", result.passed())
                .put("failure", result.failure().orElse(null))
                .put("details", result.details())
                .put("began", result.began().toString())
                .put("took", result.took().toMillis())
                .put("inputs", result.inputs());
        var steps = root.putArray("steps");
        for (var step : result.steps()) {
            steps.addObject()
                    .put("kind", step.kind().name().toLowerCase(Locale.ROOT))
                    .put("text", step.text())
                    .put("start", step.start().toMillis())
                    .put("end", step.end().toMillis())
                    .put("found", step.found())
                    .put("failure", step.failure().orElse(null));
        }
        var evidence = root.putArray("evidence");
        result.evidence().forEach(evidence::add);
        return root;
    }

    private static ScenarioResult fromJson(JsonNode root) {
        var steps = new ArrayList<Step>();
        for (var step : root.path("steps")) {
            steps.add(new Step(
                    Step.Kind.valueOf(step.path("kind").asText().toUpperCase(Locale.ROOT)),
                    step.path("text").asText(),
                    Duration.ofMillis(step.path("start").asLong()),
                    Duration.ofMillis(step.path("end").asLong()),
                    step.path("found").asText(),
                    optional(step.path("failure"))));
        }
        var evidence = new ArrayList<String>();
        root.path("evidence").forEach(file -> evidence.add(file.asText()));
        return new ScenarioResult(
                root.path("scenario").asText(),
                root.path("summary").asText(),
                Instant.parse(root.path("began").asText()),
                Duration.ofMillis(root.path("took").asLong()),
                root.path("inputs").asText(),
                optional(root.path("failure")),
                root.path("details").asText(),
                steps,
                evidence);
    }

    private static Optional<String> optional(JsonNode text) {
        return text.isTextual() ? Optional.of(text.asText()) : Optional.empty();
    }
}
