package io.bascule.scenarios.faults;

import static io.bascule.scenarios.script.Stage.expect;

import io.bascule.scenarios.script.Stage;
import io.bascule.scenarios.script.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * File systems that are really full and a network that is really down, in namespaces of their own: nothing of it is seen by
 * the machine that this runs on, and nothing is left of it, however it ends.
 */
public final class Namespaces {
    private static final List<String> UNSHARE = List.of("unshare", "--user", "--map-root-user", "--mount", "--net");

    private Namespaces() {}

    /** What is played. */
    public enum Case {
        FULL_STATE("STATE has no byte left: the update fails, nothing is lost, and works when there is room again"),
        FULL_ESP("The ESP has no room: the update is refused, and works when there is room again"),
        LINK_AWAY("The network is away for five seconds in the middle of a payload: the update goes on where it was"),
        CONNECTION_RESET(
                "Every connection is reset when it has carried a fifth of a payload: the update goes on where it was"),
        CONNECTION_DRIPS("The payload comes in drips: the update takes its time, and ends well");

        private final String summary;

        Case(String summary) {
            this.summary = summary;
        }

        /** {@return the name of the scenario} */
        public String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-') + "-on-files";
        }

        public String summary() {
            return summary;
        }
    }

    /** {@return why no namespaces can be made here, as a line; none if they can} */
    public static List<String> missing() throws InterruptedException {
        try {
            var command = new ArrayList<>(UNSHARE);
            command.addAll(List.of("sh", "-c", "ip link set lo up && mount -t tmpfs none /mnt"));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? List.of() : missing(said.strip());
        } catch (IOException e) {
            return missing(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> missing(String why) {
        return List.of("this machine allows no user namespaces, or has no ip: " + why);
    }

    /** Plays a case in a Java machine of its own. */
    public static void play(Stage stage, Case kind) throws Exception {
        stage.step(Step.Kind.FAULT, kind.summary(), () -> {
            var command = new ArrayList<>(UNSHARE);
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    InNamespace.class.getName(),
                    kind.name(),
                    stage.scratch().resolve("host").toString()));
            var log = stage.evidence().resolve("namespace.log");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                var status = process.waitFor();
                var said = Files.readString(log).strip();
                expect(status == 0, said.isEmpty() ? "it ended with status " + status : said);
                return said;
            } finally {
                process.destroyForcibly().waitFor();
            }
        });
    }
}
