package io.bascule.imagebuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The Java runtime for the engine inside the image: jlink's output with the default CDS archive, without what only tools and
 * debuggers read. No AOT cache, because one
 * that was made on a newer CPU is accepted by an older one and then crashes.
 */
public final class EngineRuntime {
    /** What the engine needs; {@code jdk.crypto.ec} and {@code java.naming} are for TLS. */
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.logging",
            "java.naming",
            "java.net.http",
            "java.xml",
            "jdk.crypto.ec",
            "jdk.net",
            "jdk.unsupported");

    /** The class archive of heaps of 32 GiB and more, and what only tools read. */
    private static final List<String> UNUSED =
            List.of("lib/server/classes_nocoops.jsa", "lib/classlist", "lib/jrt-fs.jar");

    private EngineRuntime() {}

    /** {@return the folder in {@code cache} that the runtime made by this JDK has, whether it is there or not} */
    static Path folderIn(Path cache) {
        var key = Digests.sha256Hex((Runtime.version() + " " + System.getProperty("os.arch") + " "
                                + String.join(",", MODULES) + " " + String.join(",", UNUSED) + " no symbols")
                        .getBytes(StandardCharsets.UTF_8))
                .substring(0, 16);
        return cache.resolve("engine-runtime-" + key);
    }

    /** {@return a folder in {@code cache} with the runtime, made there by the JDK that runs this if it is not there yet} */
    static Path in(Path cache) throws BuildException, IOException, InterruptedException {
        var folder = folderIn(cache);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(cache);
        var staging = Files.createTempDirectory(cache, "engine-runtime");
        try {
            var output = staging.resolve("runtime");
            jlink(output);
            for (var file : UNUSED) {
                Files.deleteIfExists(output.resolve(file));
            }
            StaticSymbols.dropBelow(output);
            Files.move(output, folder);
        } catch (FileAlreadyExistsException e) {
            // Another build made the same one at the same time.
            return folder;
        } finally {
            Folders.delete(staging);
        }
        return folder;
    }

    /**
     * Copies the runtime of {@code cache}, if it has one, into another cache: jlink does not make the same bytes twice
     * (docs/decisions/0005), so builds that are to be the same must have the same one.
     */
    public static void share(Path cache, Path other) throws IOException {
        var folder = folderIn(cache);
        if (Files.isDirectory(folder)) {
            Folders.copy(folder, folderIn(other));
        }
    }

    private static void jlink(Path output) throws BuildException, IOException, InterruptedException {
        var jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        if (!Files.isExecutable(jlink)) {
            throw new BuildException(
                    BuildException.Kind.MISSING_TOOL,
                    "there is no " + jlink,
                    "Bascule must run on a whole JDK 25, not on a JRE");
        }
        var process = new ProcessBuilder(
                        jlink.toString(),
                        "--add-modules",
                        String.join(",", MODULES),
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--generate-cds-archive",
                        "--output",
                        output.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var status = process.waitFor();
        if (status != 0) {
            throw new BuildException(
                    BuildException.Kind.MISSING_TOOL,
                    "jlink ended with status " + status + ": " + messages.strip(),
                    "");
        }
    }
}
