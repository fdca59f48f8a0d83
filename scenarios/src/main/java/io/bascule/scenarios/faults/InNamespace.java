package io.bascule.scenarios.faults;

import static io.bascule.scenarios.script.Stage.expect;

import io.bascule.scenarios.script.ScenarioFailure;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.fixture.TestServer;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The side of {@link Namespaces} in which root is root, and nobody else looks. */
final class InNamespace {
    private static final TestRelease FIRST = TestRelease.of("1.0.0");
    private static final TestRelease TARGET = TestRelease.of("1.1.0");
    private static final TestRelease NEXT = TestRelease.of("1.2.0");

    // In milliseconds.
    private static final long AWAY = 5_000;
    private static final long DRIP = 30;

    private InNamespace() {}

    /** Plays the case that is named first, in the folder that is named second. */
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[1]);
        switch (Namespaces.Case.valueOf(arguments[0])) {
            case FULL_STATE -> fullState(folder);
            case FULL_ESP -> fullEsp(folder);
            case LINK_AWAY -> linkAway(folder);
            case CONNECTION_RESET -> reset(folder);
            case CONNECTION_DRIPS -> drip(folder);
        }
    }

    private static void fullState(Path folder) throws Exception {
        mount(folder.resolve("state"), "1m");
        var host = TestHost.install(folder, FIRST);
        fill(host.stateFolder());
        var before = host.everything();
        refused(host, Problem.IO);
        expect(host.everything().equals(before), "something was changed although nothing could be remembered");
        comesUp(host, "1.0.0");
        Files.delete(host.stateFolder().resolve("filler"));
        host.update(TARGET);
        // It waits for its reboot, and what the judge finds after that cannot be written down.
        fill(host.stateFolder());
        host.boot();
        try {
            host.engine().judge();
            throw new ScenarioFailure("the judge says that it saved what cannot have been saved");
        } catch (IOException full) {
            expect(host.running().equals("1.1.0"), host.running() + " runs");
        }
        expect(!host.entries().contains("state.json.new"), "half a state is left");
        Files.delete(host.stateFolder().resolve("filler"));
        comesUp(host, "1.1.0");
        expect(host.history().getLast().equals("updated 1.1.0"), "the history is " + host.history());
        host.updateAndBoot(NEXT);
    }

    private static void fullEsp(Path folder) throws Exception {
        mount(folder.resolve("efi"), "2m");
        var host = TestHost.install(folder, FIRST);
        fill(host.espFolder());
        var before = host.everything();
        refused(host, Problem.NO_SPACE_ON_ESP);
        expect(host.everything().equals(before), "something was changed");
        comesUp(host, "1.0.0");
        Files.delete(host.espFolder().resolve("filler"));
        host.updateAndBoot(TARGET);
        // Names must change when there is no room for anything else.
        fill(host.espFolder());
        host.engine().rollback(TestHost.OPTIONS);
        comesUp(host, "1.0.0");
        Files.delete(host.espFolder().resolve("filler"));
        host.updateAndBoot(NEXT);
    }

    private static void linkAway(Path folder) throws Exception {
        run("ip", "link", "set", "lo", "up");
        var host = TestHost.install(folder, FIRST);
        host.know(TARGET);
        try (var server = new TestServer()) {
            var source = server.serve(TARGET);
            var payload = TARGET.payload();
            server.manner("/1.1.0/" + TARGET.payloadName(), (answer, attempt) -> {
                var out = answer.exchange().getResponseBody();
                answer.exchange().sendResponseHeaders(200, payload.length);
                out.write(payload, 0, payload.length / 2);
                out.flush();
                try {
                    run("ip", "link", "set", "lo", "down");
                    Thread.sleep(AWAY);
                    run("ip", "link", "set", "lo", "up");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                out.write(payload, payload.length / 2, payload.length - payload.length / 2);
            });
            host.engine().update(ReleaseSource.of(source.toString()), TestHost.OPTIONS);
            expect(server.requests().size() == 2, "it asked again: " + server.requests());
        }
        comesUp(host, "1.1.0");
        host.updateAndBoot(NEXT);
    }

    private static void reset(Path folder) throws Exception {
        var each = TARGET.payload().length / 5;
        try (var server = new TestServer()) {
            overRelay(folder, server, new Relay.Manner.Reset(each), relay -> {
                expect(relay.resets() >= 4, "only " + relay.resets() + " connections were reset");
                var again = server.requests().stream()
                        .filter(request -> request.contains(" bytes="))
                        .count();
                expect(again >= 4, "it did not go on where it was: " + server.requests());
            });
        }
    }

    private static void drip(Path folder) throws Exception {
        var drips = 100;
        try (var server = new TestServer()) {
            overRelay(
                    folder,
                    server,
                    new Relay.Manner.Drip(TARGET.payload().length / drips, DRIP),
                    relay -> expect(server.requests().size() == 2, "it asked again: " + server.requests()));
        }
    }

    @FunctionalInterface
    private interface Check {
        void of(Relay relay) throws Exception;
    }

    private static void overRelay(Path folder, TestServer server, Relay.Manner manner, Check check) throws Exception {
        run("ip", "link", "set", "lo", "up");
        var host = TestHost.install(folder, FIRST);
        host.know(TARGET);
        var source = server.serve(TARGET);
        try (var relay = Relay.to(source.getPort(), manner)) {
            var way = "http://" + source.getHost() + ":" + relay.port() + source.getPath();
            host.engine().update(ReleaseSource.of(way), TestHost.OPTIONS);
            check.of(relay);
        }
        comesUp(host, "1.1.0");
        host.updateAndBoot(NEXT);
    }

    private static void refused(TestHost host, Problem problem) throws IOException, ScenarioFailure {
        try {
            host.update(TARGET);
        } catch (EngineException e) {
            expect(e.problem() == problem, "it was refused with " + e.problem().code() + ": " + e.getMessage());
            return;
        } catch (IOException e) {
            expect(problem == Problem.IO, "it failed with " + e.getMessage());
            return;
        }
        throw new ScenarioFailure("the update was taken");
    }

    private static void comesUp(TestHost host, String version) throws IOException, ScenarioFailure {
        host.bootHealthy();
        expect(host.running().equals(version), host.running() + " came up, not " + version);
    }

    private static void mount(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", folder.toString());
    }

    /** Writes until not one byte more can be written. */
    private static void fill(Path folder) throws IOException {
        try (var out = Files.newOutputStream(folder.resolve("filler"), StandardOpenOption.CREATE)) {
            var bytes = new byte[1 << 10];
            while (true) {
                out.write(bytes);
            }
        } catch (IOException full) {
            if (Files.getFileStore(folder).getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new UncheckedIOException(new IOException(List.of(command) + " failed: " + said.strip()));
        }
    }
}
