package io.bascule.firstboot.apply;

import io.bascule.firstboot.source.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A host in a folder, on which everybody is who runs the test, with programs that do to {@code /etc/passwd} and {@code
 * /etc/group} what the real ones do, as far as it matters.
 */
final class FakeHost implements Commands {
    final Path root;
    final List<String> ran = new ArrayList<>();
    private final int uid;
    private final int gid;

    FakeHost(Path root) throws IOException {
        this.root = root;
        this.uid = (Integer) Files.getAttribute(root, "unix:uid");
        this.gid = (Integer) Files.getAttribute(root, "unix:gid");
        for (var folder : List.of(
                "etc/systemd/system", "etc/skel", "var/root", "var/home", "usr/bin", "usr/lib/systemd/system")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:" + uid + ":" + gid + "::/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:" + gid + ":\nsystemd-journal:x:" + gid + ":\n");
        Files.writeString(root.resolve("etc/skel/.profile"), "# profile\n");
        Files.writeString(root.resolve("etc/issue"), "Debian\n");
        Files.writeString(root.resolve("usr/lib/systemd/system/ssh.service"), "[Service]\n");
        Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of("../run/resolv.conf"));
        Files.writeString(root.resolve("usr/bin/bash"), "");
    }

    @Override
    public Result run(List<String> command, String input) throws IOException {
        ran.add(String.join(" ", command) + (input.isEmpty() ? "" : " < " + input.strip()));
        var name = command.getLast();
        return switch (command.getFirst()) {
            case "groupadd" -> append("etc/group", name, name + ":x:" + gid + ":");
            case "useradd" -> useradd(name, command.contains("--user-group"));
            case "usermod", "chpasswd", "sync" -> new Result(0, "");
            case "systemctl" -> enable(name);
            default -> throw new IOException("there is no program " + command.getFirst());
        };
    }

    private Result useradd(String name, boolean ownGroup) throws IOException {
        if (ownGroup) {
            append("etc/group", name, name + ":x:" + gid + ":");
        }
        return append("etc/passwd", name, name + ":x:" + uid + ":" + gid + "::/home/" + name + ":/bin/bash");
    }

    private Result enable(String unit) throws IOException {
        var wants = Files.createDirectories(root.resolve("etc/systemd/system/multi-user.target.wants"));
        if (!Files.isSymbolicLink(wants.resolve(unit))) {
            Files.createSymbolicLink(wants.resolve(unit), Path.of("../" + unit));
        }
        return new Result(0, "");
    }

    private Result append(String file, String name, String line) throws IOException {
        var path = root.resolve(file);
        if (Files.readString(path).lines().anyMatch(old -> old.startsWith(name + ":"))) {
            return new Result(9, name + " already exists");
        }
        Files.writeString(path, line + "\n", StandardOpenOption.APPEND);
        return new Result(0, "");
    }

    /** {@return every file and link with what it holds and its permissions; the stamp has its time and is left out} */
    Map<String, String> everything() throws IOException {
        var all = new TreeMap<String, String>();
        try (var paths = Files.walk(root)) {
            for (var path : paths.toList()) {
                var name = root.relativize(path).toString();
                if (Files.isSymbolicLink(path)) {
                    all.put(name, "-> " + Files.readSymbolicLink(path));
                } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    all.put(name, mode(path) + " " + (name.endsWith("first-boot.json") ? "" : Files.readString(path)));
                } else {
                    all.put(name, mode(path));
                }
            }
        }
        return all;
    }

    private static String mode(Path path) throws IOException {
        return Integer.toOctalString(
                (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777);
    }
}
