package io.bascule.imagebuilder;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.image.UserIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The documents of a release: {@code release.json}, {@code packages.json} and {@code SHA256SUMS} ({@code
 * docs/formats/release.md}).
 */
final class ReleaseManifest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter WRITER = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    /** Grows when a reader of an earlier version would misunderstand a document. */
    private static final int FORMAT = 1;

    private ReleaseManifest() {}

    /** What release.json says besides names and hashes of files. */
    record Facts(
            Instant buildTime,
            String rootHash,
            String salt,
            String encoder,
            String kernelRelease,
            String kernelCommandLine,
            UserIds ids) {}

    static void writePackages(ReleaseFiles release, List<InstalledPackage> packages) throws IOException {
        var root = document(release);
        var list = root.putArray("packages");
        for (var item : packages) {
            list.addObject()
                    .put("name", item.name())
                    .put("version", item.version())
                    .put("architecture", item.architecture())
                    .put("source", item.source())
                    .put("installedSizeKiB", item.installedSize());
        }
        write(release.packagesJson(), root);
    }

    static void writeRelease(ReleaseFiles release, Facts facts) throws IOException {
        var root = document(release);
        root.put("architecture", "x86-64");
        root.put("buildTime", facts.buildTime().toString());
        root.putObject("usr")
                .put("rootHash", facts.rootHash())
                .put("salt", facts.salt())
                .put("encoder", facts.encoder());
        root.putObject("kernel").put("release", facts.kernelRelease()).put("commandLine", facts.kernelCommandLine());
        var files = root.putArray("files");
        for (var file : release.described()) {
            files.addObject()
                    .put("name", String.valueOf(file.getFileName()))
                    .put("size", Files.size(file))
                    .put("sha256", Digests.sha256Hex(file));
        }
        var ids = root.putObject("ids");
        var users = ids.putObject("users");
        facts.ids().users().forEach((name, user) -> users.put(name, user.uid()));
        var groups = ids.putObject("groups");
        facts.ids().groups().forEach((name, group) -> groups.put(name, group.gid()));
        write(release.releaseJson(), root);
    }

    /** Writes SHA256SUMS, in the format of sha256sum(1), after everything else. */
    static void writeChecksums(ReleaseFiles release) throws IOException {
        var text = new StringBuilder();
        for (var file : JSON.readTree(release.releaseJson().toFile()).get("files")) {
            text.append(file.get("sha256").asText())
                    .append("  ")
                    .append(file.get("name").asText())
                    .append('\n');
        }
        text.append(Digests.sha256Hex(release.releaseJson()))
                .append("  ")
                .append(ReleaseFiles.RELEASE_JSON)
                .append('\n');
        Files.writeString(release.checksums(), text);
    }

    private static ObjectNode document(ReleaseFiles release) {
        return JSON.createObjectNode()
                .put("format", FORMAT)
                .put("board", release.board())
                .put("version", release.version());
    }

    private static void write(Path file, ObjectNode root) throws IOException {
        Files.writeString(file, WRITER.writeValueAsString(root) + "\n");
    }
}
