package io.bascule.signing.external;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Tokens of SoftHSM in a folder of their own; the module reads where that is when it is first used in a process. */
final class SoftToken {
    private static final List<String> MODULES = List.of(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
            "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
            "/usr/lib64/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
            "/opt/homebrew/lib/softhsm/libsofthsm2.so");

    static final String PIN = "1234";

    private final Path module;
    private final Path configuration;

    SoftToken(Path folder) throws IOException {
        ExternalTool.require("softhsm2-util");
        module = MODULES.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseGet(
                        () -> Assumptions.abort("skipped: the module of softhsm2-util is not where it is looked for"));
        var tokens = Files.createDirectories(folder.resolve("tokens"));
        configuration = Files.writeString(
                folder.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        setVariable("SOFTHSM2_CONF", configuration.toString());
    }

    Path module() {
        return module;
    }

    void create(String label) throws IOException {
        util("--init-token", "--free", "--label", label, "--so-pin", "so-pin", "--pin", PIN);
    }

    /** Puts a private key and its public half into a token. */
    void add(String token, Path privateKey, String label, String id) throws IOException {
        util("--import", privateKey.toString(), "--token", token, "--label", label, "--id", id, "--pin", PIN);
    }

    private void util(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("SOFTHSM2_CONF=" + configuration, "softhsm2-util"));
        all.addAll(List.of(arguments));
        ExternalTool.require("env").run(all.toArray(String[]::new));
    }

    /** Java knows no way to set a variable of its own process, and the module is in it. */
    private static void setVariable(String name, String value) {
        var linker = Linker.nativeLinker();
        var function = linker.defaultLookup().find("setenv").orElseThrow();
        try (var arena = Arena.ofConfined()) {
            var handle = linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
            var status = (int) handle.invoke(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (status != 0) {
                throw new AssertionError("setenv failed");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
