package io.bascule.firstboot.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The volumes of this machine. */
public final class LinuxVolumes implements Volumes {
    /** What blkid ends with if no device is as it should be. */
    private static final int NOT_FOUND = 2;

    private final Commands commands;
    private final Path runtime;

    /** @param runtime a folder for the mount point */
    public LinuxVolumes(Commands commands, Path runtime) {
        this.commands = commands;
        this.runtime = runtime;
    }

    @Override
    public List<Path> labelled(String label) throws IOException, InterruptedException {
        var command = List.of("blkid", "-t", "LABEL=" + label, "-o", "device");
        var result = commands.run(command, "");
        if (result.status() == NOT_FOUND) {
            return List.of();
        }
        if (result.status() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' ended with status " + result.status() + ": "
                    + result.output().strip());
        }
        return result.output()
                .lines()
                .filter(line -> line.startsWith("/dev/"))
                .map(Path::of)
                .toList();
    }

    @Override
    public <T> T read(Path device, Reader<T> reader) throws IOException, InterruptedException {
        Files.createDirectories(runtime);
        var folder = Files.createTempDirectory(runtime, "config-drive-");
        try {
            // By name, so that nothing is mounted but what such drives have.
            commands.require(
                    "mount",
                    "-t",
                    "vfat,iso9660,ext4",
                    "-o",
                    "ro,nodev,nosuid,noexec",
                    device.toString(),
                    folder.toString());
            try {
                return reader.read(folder);
            } finally {
                commands.require("umount", folder.toString());
            }
        } finally {
            Files.deleteIfExists(folder);
        }
    }
}
