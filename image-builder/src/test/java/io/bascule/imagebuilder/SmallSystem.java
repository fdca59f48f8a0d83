package io.bascule.imagebuilder;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.imagebuilder.skeleton.Skeleton;
import io.bascule.imagebuilder.uki.PeFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A board whose system is a few hundred small files that do nothing: whole releases of it are built in a second. */
public final class SmallSystem {
    private static final String RELEASE = "6.12-small";
    private static final String CONFIG = """
            CONFIG_EROFS_FS=y
            CONFIG_EROFS_FS_ZIP=y
            CONFIG_EROFS_FS_ZIP_ZSTD=y
            CONFIG_DM_VERITY=y
            CONFIG_OVERLAY_FS=y
            CONFIG_EXT4_FS=y
            CONFIG_EFI_STUB=y
            CONFIG_RD_ZSTD=y
            """;
    private static final String STATUS = """
            Package: zlib1g
            Status: install ok installed
            Installed-Size: 180
            Architecture: amd64
            Source: zlib
            Version: 1:1.3

            Package: issue
            Status: install ok installed
            Installed-Size: 3
            Architecture: all
            Version: 2
            """;

    private SmallSystem() {}

    /** Writes the board {@code small} into a new folder. */
    public static void write(Path board) throws IOException {
        Files.createDirectories(board.resolve("overlay/usr/lib/small"));
        Files.writeString(board.resolve("board.yaml"), """
                name: small
                description: A system that is none
                sources: ["tar:tree.tar"]
                kernel-arguments: [quiet]
                sizes: {esp: 64M, usr: 8M, state-minimum: 64M}
                """);
        var script = board.resolve("overlay/usr/lib/small/script");
        Files.writeString(script, "#!/bin/sh\n");
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot be made executable: " + script);
        }
        Files.writeString(board.resolve("overlay/usr/lib/small/i\u0131\u0130I"), "Turkish\n");
        Files.createSymbolicLink(board.resolve("overlay/usr/lib/small/link"), Path.of("script"));
        writeTree(board.resolve("tree.tar"), "small\n");
    }

    /** Makes a cache with a runtime for the engine that is none: jlink takes long, and what it makes is large. */
    public static void writeCache(Path cache) throws IOException {
        var runtime = Files.createDirectories(EngineRuntime.folderIn(cache));
        Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25\"\n");
    }

    /**
     * Writes the tree as packages would make it.
     *
     * @param greeting what stands in /usr/share/small/greeting
     */
    public static void writeTree(Path tar, String greeting) throws IOException {
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(tar), "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (var link : Map.of("bin", "usr/bin", "sbin", "usr/sbin", "lib", "usr/lib", "lib64", "usr/lib64")
                    .entrySet()) {
                var entry = new TarArchiveEntry(link.getKey(), TarArchiveEntry.LF_SYMLINK);
                entry.setLinkName(link.getValue());
                put(out, entry, new byte[0]);
            }
            for (var file : files(greeting).entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                entry.setMode(file.getKey().contains("/bin/") ? 0100755 : 0100644);
                entry.setSize(file.getValue().length);
                entry.setModTime(1_600_000_000_000L);
                if (file.getKey().contains("share/i")) {
                    entry.addPaxHeader("SCHILY.xattr.user.of", "share");
                    entry.addPaxHeader("SCHILY.xattr.user.name", file.getKey());
                }
                put(out, entry, file.getValue());
            }
        }
    }

    private static void put(TarArchiveOutputStream out, TarArchiveEntry entry, byte[] content) throws IOException {
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private static Map<String, byte[]> files(String greeting) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        var builtIn = new ArrayList<String>();
        for (var entry : Skeleton.initrd().entries()) {
            switch (entry) {
                case Skeleton.Entry.Copy copy -> text(files, copy.path().replace("*", "0"), copy.path());
                case Skeleton.Entry.Module module -> builtIn.add("kernel/" + module.module() + ".ko");
                case Skeleton.Entry.File unused -> {}
                case Skeleton.Entry.Directory unused -> {}
                case Skeleton.Entry.Link unused -> {}
            }
        }
        text(files, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n_i:x:100:100::/:/bin/sh\n");
        text(files, "etc/group", "root:x:0:\n_i:x:100:\n");
        text(files, "usr/share/small/greeting", greeting);
        text(files, "usr/lib/os-release", "PRETTY_NAME=\"Small\"\nID=small\n");
        text(files, "var/lib/dpkg/status", STATUS);
        text(files, "var/lib/i/file", "state");
        files.put("boot/vmlinuz-" + RELEASE, PeFiles.program(List.of(".setup")));
        text(files, "boot/config-" + RELEASE, CONFIG);
        text(files, "usr/lib/modules/" + RELEASE + "/modules.dep", "");
        text(files, "usr/lib/modules/" + RELEASE + "/modules.builtin", String.join("\n", builtIn));
        files.put("usr/lib/systemd/boot/efi/linuxx64.efi.stub", PeFiles.program(List.of(".text")));
        files.put("usr/lib/systemd/boot/efi/systemd-bootx64.efi", PeFiles.program(List.of(".text")));
        files.put("usr/share/doc/issue/changelog.gz", gzip("a line\n".repeat(500)));
        var random = new Random(1);
        for (var i = 0; i < 60; i++) {
            var noise = new byte[random.nextInt(20_000)];
            random.nextBytes(noise);
            text(files, "usr/share/i/" + "\u0131".repeat(1 + i % 7) + i, "line " + i + "\n".repeat(i * 100));
            files.put("usr/share/noise/" + Integer.toString(i * 7919, 36).toUpperCase(Locale.ROOT), noise);
        }
        return files;
    }

    private static void text(Map<String, byte[]> files, String path, String text) {
        files.put(path, text.getBytes(UTF_8));
    }

    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
