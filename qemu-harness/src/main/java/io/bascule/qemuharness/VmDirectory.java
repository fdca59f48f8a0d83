package io.bascule.qemuharness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one start of a VM: what people want to read afterwards lies in {@code path}, and what ends with the VM in
 * {@code scratch}.
 */
record VmDirectory(Path path, Path scratch) {
    /** The smallest limit on the path of a Unix socket, in bytes, without the closing NUL: macOS has 104 with it. */
    static final int MAX_SOCKET_PATH = 103;

    private static final String SOCKET_NAME = "qmp";

    /** Makes the directory of the next start, with a fresh copy of the firmware's variables and an empty log. */
    static VmDirectory create(VmConfig config, Firmware firmware) throws IOException {
        var directory = new VmDirectory(createNumbered(config.workDirectory(), config.name()), createScratch());
        Files.copy(firmware.variables(), directory.variables());
        // QEMU makes it too, but only after the reader has looked for it.
        Files.createFile(directory.serialLog());
        return directory;
    }

    Path serialLog() {
        return path.resolve("serial.log");
    }

    Path variables() {
        return path.resolve("variables.fd");
    }

    Path qemuOutput() {
        return path.resolve("qemu.out");
    }

    Path pidFile() {
        return path.resolve("qemu.pid");
    }

    Path qmpSocket() {
        return scratch.resolve(SOCKET_NAME);
    }

    /**
     * Writes each credential into a file that QEMU reads at its start: on the command line it would show to every user
     * of the host, and be limited in length.
     */
    List<Path> writeOemStrings(Credentials credentials) throws IOException {
        var strings = new ArrayList<String>();
        credentials.forEachOemString((name, string) -> strings.add(string));
        var files = new ArrayList<Path>();
        for (var string : strings) {
            // createTempFile, because it gives the rights to the owner alone.
            var file = Files.createTempFile(scratch, "credential", "");
            Files.writeString(file, string, StandardCharsets.UTF_8);
            files.add(file);
        }
        return files;
    }

    private static Path createNumbered(Path parent, String name) throws IOException {
        Files.createDirectories(parent);
        for (var number = 1; ; number++) {
            try {
                return Files.createDirectory(parent.toAbsolutePath().resolve(name + "-" + number));
            } catch (FileAlreadyExistsException e) {
                // An earlier start's, or one that another process is making: the next number may be free.
            }
        }
    }

    private static Path createScratch() throws IOException {
        var scratch = Files.createTempDirectory("bascule-vm");
        if (fitsSocketPath(scratch.resolve(SOCKET_NAME))) {
            return scratch;
        }
        Files.delete(scratch);
        return Files.createTempDirectory(Path.of("/tmp"), "bascule-vm");
    }

    static boolean fitsSocketPath(Path socket) {
        return socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH;
    }
}
