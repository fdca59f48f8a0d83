package io.bascule.imagebuilder.skeleton;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Runs the shell scripts of the skeletons on this machine, in folders that stand for a host's. */
final class Scripts {
    private static final Path SKELETON =
            Path.of("src/main/resources/io/bascule/imagebuilder/skeleton").toAbsolutePath();
    static final Path LIBRARY = SKELETON.resolve("image/usr/lib/bascule");
    private static final String LOADER = "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    private final Path host;
    private final TreeMap<String, String> environment = new TreeMap<>();

    /** @param host an empty folder */
    Scripts(Path host) throws IOException {
        this.host = host;
        for (var folder : new String[] {"efivars", "esp/EFI/Linux", "esp/loader", "run", "state", "bin"}) {
            Files.createDirectories(host.resolve(folder));
        }
        set("EFIVARS", host.resolve("efivars").toString());
        set("ESP", host.resolve("esp").toString());
        set("RUN", host.resolve("run").toString());
        set("STATE", host.resolve("state").toString());
        set("CONSOLE", host.resolve("console").toString());
        set("BASCULE_LIB", LIBRARY.toString());
    }

    /** What a script said, on both streams, and its exit status. */
    record Outcome(int status, String output) {}

    void set(String name, String value) {
        environment.put(name, value);
    }

    /** A variable as the firmware keeps it: attributes, then UTF-16 with a NUL. */
    void loaderVariable(String name, String value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {7, 0, 0, 0});
        bytes.writeBytes((value + "\0").getBytes(StandardCharsets.UTF_16LE));
        Files.write(host.resolve("efivars").resolve(name + LOADER), bytes.toByteArray());
    }

    void entries(String... names) throws IOException {
        for (var name : names) {
            Files.writeString(host.resolve("esp/EFI/Linux").resolve(name), name);
        }
    }

    List<String> entries() throws IOException {
        try (var files = Files.list(host.resolve("esp/EFI/Linux"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    Path attempts() {
        return host.resolve("esp/loader/bascule-attempts");
    }

    void attempts(String line) throws IOException {
        Files.writeString(attempts(), String.format("%-511s\n", line));
    }

    /** A program that stands in for one of the system's, or a health check. */
    static void program(Path file, String text) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Makes {@code name} a program that only writes down how it was called, into the file {@code calls}. */
    void pretend(String name) throws IOException {
        program(host.resolve("bin").resolve(name), "echo " + name + " \"$@\" >>" + host.resolve("calls"));
    }

    String calls() throws IOException {
        var calls = host.resolve("calls");
        return Files.exists(calls) ? Files.readString(calls) : "";
    }

    /** @param script path below the skeletons, like {@code image/usr/lib/bascule/health} */
    Outcome run(String script, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("sh", SKELETON.resolve(script).toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().merge("PATH", host.resolve("bin").toString(), (path, first) -> first + ":" + path);
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
