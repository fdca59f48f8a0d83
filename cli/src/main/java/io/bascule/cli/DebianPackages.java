package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.source.AptMirrors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Installs Debian packages by apt, as root or through sudo. */
final class DebianPackages {
    private static final Path OS_RELEASE = Path.of("/etc/os-release");
    private static final String BOOKWORM = "VERSION_CODENAME=bookworm";
    private static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private DebianPackages() {}

    /** {@return whether this process could install packages without asking anybody} */
    static boolean possible() throws IOException, InterruptedException {
        return HostTool.locate("apt-get").isPresent()
                && (isRoot() || (HostTool.locate("sudo").isPresent() && quiet("sudo", "-n", "true") == 0));
    }

    /**
     * Installs {@code packages}; on Debian 12 QEMU comes from bookworm-backports, for which apt gets a source for this one
     * call: none is left behind.
     */
    static void install(List<String> packages, List<String> fromBackports, Terminal terminal)
            throws CliFailure, BuildException, IOException, InterruptedException {
        if (HostTool.locate("apt-get").isEmpty()) {
            throw new CliFailure(
                    ExitCode.MISSING_TOOL,
                    "this machine has no apt-get",
                    "install with its own package manager what provides: " + String.join(", ", packages));
        }
        if (!isRoot() && HostTool.locate("sudo").isEmpty()) {
            throw new CliFailure(
                    ExitCode.MISSING_TOOL, "installing packages needs root", "run as root: ./bascule doctor --install");
        }
        var backports = !fromBackports.isEmpty() && Files.readString(OS_RELEASE).contains(BOOKWORM);
        var sources = Files.createTempDirectory("bascule-apt");
        try {
            // apt drops its privileges to read them.
            open(sources);
            var options = backports ? withBackports(sources) : List.<String>of();
            apt(terminal, options, List.of("update"));
            var plain = new ArrayList<>(packages);
            if (backports) {
                // In a call of its own, so that only QEMU and what it needs come from there.
                apt(terminal, options, install(fromBackports, "-t", "bookworm-backports"));
            } else {
                plain.addAll(fromBackports);
            }
            if (!plain.isEmpty()) {
                apt(terminal, options, install(plain));
            }
        } finally {
            deleteAsRoot(sources);
        }
    }

    private static List<String> install(List<String> packages, String... options) {
        var arguments = new ArrayList<>(List.of("install", "-y", "--no-install-recommends"));
        arguments.addAll(List.of(options));
        arguments.addAll(packages);
        return arguments;
    }

    private static List<String> withBackports(Path sources) throws BuildException, IOException, InterruptedException {
        var parts = Files.createDirectory(sources.resolve("parts"));
        var lists = Files.createDirectories(sources.resolve("lists").resolve("partial"));
        for (var folder : List.of(parts, sources.resolve("lists"), lists)) {
            open(folder);
        }
        var own = Path.of("/etc/apt/sources.list.d");
        if (Files.isDirectory(own)) {
            try (Stream<Path> files = Files.list(own)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, parts.resolve(String.valueOf(file.getFileName())));
                }
            }
        }
        Files.writeString(parts.resolve("bascule-backports.sources"), """
                Types: deb
                URIs: %s
                Suites: bookworm-backports
                Components: main
                Signed-By: %s
                """.formatted(
                        AptMirrors.ofThisMachine().main(), KEYRING));
        return List.of("-o", "Dir::Etc::sourceparts=" + parts, "-o", "Dir::State::lists=" + sources.resolve("lists"));
    }

    private static void apt(Terminal terminal, List<String> options, List<String> arguments)
            throws CliFailure, IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (!isRoot()) {
            command.add("sudo");
        }
        command.addAll(List.of("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"));
        command.addAll(options);
        command.addAll(arguments);
        terminal.say("  $ apt-get " + String.join(" ", arguments));
        var log = File.createTempFile("bascule-apt", ".log");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var status = process.waitFor();
            if (status != 0) {
                var lines = Files.readAllLines(log.toPath());
                throw new CliFailure(
                        ExitCode.MISSING_TOOL,
                        "apt-get ended with status " + status + ":\n  "
                                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 10), lines.size())),
                        "see what apt says above; `apt-get update` by hand may show more");
            }
        } finally {
            Files.delete(log.toPath());
        }
    }

    private static void open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void deleteAsRoot(Path folder) throws IOException, InterruptedException {
        if (isRoot()) {
            Folders.delete(folder);
        } else {
            quiet("sudo", "rm", "-rf", folder.toString());
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int quiet(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
