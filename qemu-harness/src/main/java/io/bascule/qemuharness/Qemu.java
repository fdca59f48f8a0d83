package io.bascule.qemuharness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The QEMU of this machine.
 *
 * @param binary the path of {@code qemu-system-x86_64}
 */
public record Qemu(Path binary, QemuVersion version) {
    static final String BINARY_NAME = "qemu-system-x86_64";

    /** QEMU 7.2 makes current kernels panic under TCG at random, which looks like an image that does not boot. */
    static final QemuVersion OLDEST_USABLE = new QemuVersion(10, 0, 0);

    static final String REMEDY = "run ./bascule doctor --install";

    private static final long VERSION_LIMIT_SECONDS = 10;

    /**
     * Finds QEMU on the {@code PATH}.
     *
     * @throws MissingRequirementException if there is none, or only one that is too old
     */
    public static Qemu locate() throws MissingRequirementException, InterruptedException {
        return locate(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    static Qemu locate(String path) throws MissingRequirementException, InterruptedException {
        var binary = find(path)
                .orElseThrow(() -> new MissingRequirementException(BINARY_NAME + " is not on the PATH", REMEDY));
        var version = versionOf(binary);
        if (version.compareTo(OLDEST_USABLE) < 0) {
            throw new MissingRequirementException(
                    binary + " is QEMU " + version + ", but " + OLDEST_USABLE.major()
                            + " or newer is needed: without KVM, older ones make current kernels panic at random",
                    REMEDY);
        }
        return new Qemu(binary, version);
    }

    /** {@return the arguments that give a guest {@code file} under {@code key} of its firmware configuration} */
    public static List<String> firmwareFile(String key, Path file) {
        return List.of("-fw_cfg", "name=" + key + ",file=" + CommandLine.escape(file.toAbsolutePath()));
    }

    /** {@return the arguments that give a guest {@code image} as a disk that it can only read} */
    public static List<String> secondDrive(Path image) {
        return List.of(
                "-drive",
                "if=none,id=second,format=raw,readonly=on,file=" + CommandLine.escape(image.toAbsolutePath()),
                "-device",
                "virtio-blk-pci,drive=second");
    }

    private static Optional<Path> find(String path) {
        return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
                // An empty entry would mean the current directory, from where no program should be taken.
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, BINARY_NAME))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .map(Path::toAbsolutePath)
                .findFirst();
    }

    private static QemuVersion versionOf(Path binary) throws MissingRequirementException, InterruptedException {
        try {
            var process = new ProcessBuilder(binary.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            var output = CompletableFuture.supplyAsync(() -> readAll(process));
            if (!process.waitFor(VERSION_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new MissingRequirementException(
                        binary + " --version does not end within " + VERSION_LIMIT_SECONDS + " s", REMEDY);
            }
            var banner = output.join();
            return QemuVersion.fromBanner(banner)
                    .orElseThrow(() -> new MissingRequirementException(
                            binary + " does not tell its version, it says: " + banner.strip(), REMEDY));
        } catch (MissingRequirementException e) {
            throw e;
        } catch (IOException e) {
            throw new MissingRequirementException(binary + " cannot be run: " + e.getMessage(), REMEDY);
        }
    }

    private static String readAll(Process process) {
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
