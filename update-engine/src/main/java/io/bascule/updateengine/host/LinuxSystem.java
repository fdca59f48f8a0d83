package io.bascule.updateengine.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds out what runs on a Linux host: from the mounted {@code /usr} down to the disk. */
public final class LinuxSystem {
    private static final Path BOARD = Path.of("/usr/share/bascule/board.json");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path DEVICES_BY_NUMBER = Path.of("/sys/dev/block");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    // Fields of a verity target (Linux, admin-guide/device-mapper/verity), behind start, length and "verity".
    private static final int VERITY_TARGET = 2;
    private static final int VERITY_DATA_DEVICE = 4;
    private static final int VERITY_ROOT_HASH = 11;

    private LinuxSystem() {}

    /**
     * {@return what runs}
     *
     * @throws EngineException if this is no host that was booted from a Bascule image
     */
    public static RunningSystem read(ProcessRunner processes) throws IOException, InterruptedException {
        if (!Files.exists(BOARD)) {
            throw notAHost("there is no " + BOARD);
        }
        var board = new JsonMapper().readTree(BOARD.toFile());
        var table = verityTable(usrDevice(), processes);
        var disk = diskOf(table[VERITY_DATA_DEVICE]);
        try {
            return new RunningSystem(
                    text(board, "board"),
                    Version.parse(text(board, "version")),
                    Architecture.valueOf(
                            text(board, "architecture").toUpperCase(Locale.ROOT).replace('-', '_')),
                    new RootHash(table[VERITY_ROOT_HASH]),
                    Instant.parse(text(board, "buildTime")),
                    Files.readString(BOOT_ID).strip(),
                    LinuxDisk.of(disk));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw notAHost(BOARD + ": " + e.getMessage());
        }
    }

    private static String text(JsonNode board, String field) throws EngineException {
        if (!board.path(field).isTextual()) {
            throw notAHost(BOARD + " has no '" + field + "'");
        }
        return board.path(field).asText();
    }

    /** {@return the number of the device that is mounted at /usr, like {@code 253:0}} */
    private static String usrDevice() throws IOException {
        try (Stream<String> lines = Files.lines(MOUNTS)) {
            return lines.map(line -> line.split(" "))
                    .filter(fields -> fields.length > 4 && fields[4].equals("/usr"))
                    .map(fields -> fields[2])
                    .reduce((first, last) -> last)
                    .orElseThrow(() -> notAHost("nothing is mounted at /usr"));
        }
    }

    private static String[] verityTable(String device, ProcessRunner processes)
            throws IOException, InterruptedException {
        var name = DEVICES_BY_NUMBER.resolve(device).resolve("dm/name");
        if (!Files.exists(name)) {
            throw notAHost("/usr is not under dm-verity");
        }
        var command = List.of("dmsetup", "table", Files.readString(name).strip());
        var result = processes.run(command, LIMIT);
        var fields = result.output().strip().split("\\s+");
        if (result.status() != 0 || fields.length <= VERITY_ROOT_HASH || !fields[VERITY_TARGET].equals("verity")) {
            throw new EngineException(
                    Problem.TOOL,
                    "'" + String.join(" ", command) + "' does not tell the root hash of /usr, but: "
                            + result.output().strip(),
                    "it needs root");
        }
        return fields;
    }

    /** @param device number of the data partition, or its node in {@code /dev} */
    private static String diskOf(String device) throws IOException {
        var number = device.startsWith("/")
                ? Path.of("/sys/class/block").resolve(Path.of(device).getFileName())
                : DEVICES_BY_NUMBER.resolve(device);
        var partition = number.toRealPath();
        if (!Files.exists(partition.resolve("partition")) || partition.getParent() == null) {
            throw notAHost("/usr is on " + partition.getFileName() + ", which is no partition of a disk");
        }
        return String.valueOf(partition.getParent().getFileName());
    }

    private static EngineException notAHost(String why) {
        return new EngineException(
                Problem.NOT_A_HOST,
                "this is no host with a Bascule image: " + why,
                "update-engine runs on hosts; on a workstation use bascule");
    }
}
