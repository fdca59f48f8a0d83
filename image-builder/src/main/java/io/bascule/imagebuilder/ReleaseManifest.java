package io.bascule.imagebuilder;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.image.UserIds;
import io.bascule.imagebuilder.sbom.Sbom;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.SignedDocument;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The documents of a release: {@code release.json}, {@code packages.json}, the SBOM and {@code SHA256SUMS}
 * ({@code docs/formats/release.md}).
 */
final class ReleaseManifest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter WRITER = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private static final String ARCHITECTURE = "x86-64";

    private ReleaseManifest() {}

    /**
     * What release.json says besides names and hashes of files.
     *
     * @param disk SHA-256 of the disk, if it is known already
     */
    record Facts(
            Instant buildTime,
            String rootHash,
            String salt,
            String encoder,
            String kernelRelease,
            String kernelCommandLine,
            UserIds ids,
            Origin origin,
            Optional<Sha256Digest> disk) {}

    /**
     * What a release was made from, as far as it is known by hashes.
     *
     * @param lock SHA-256 of the lock that the build kept to, if it did
     * @param previous SHA-256 of the {@code /usr} of each earlier release whose places unchanged files keep
     */
    record Origin(Optional<String> lock, List<String> previous) {
        /** A build without lock and earlier releases. */
        static final Origin UNKNOWN = new Origin(Optional.empty(), List.of());

        Origin {
            previous = List.copyOf(previous);
        }
    }

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

    /** Writes the software bill of materials ({@code docs/formats/sbom.md}). */
    static void writeSbom(ReleaseFiles release, Sbom sbom) throws IOException {
        write(release.sbom(), sbom.toJson());
    }

    /** {@return the text of board.json, by which an image knows what it is} */
    static String board(ReleaseFiles release, Instant buildTime) throws IOException {
        return text(document(release).put("architecture", ARCHITECTURE).put("buildTime", buildTime.toString()));
    }

    /**
     * A payload for hosts that have an earlier release.
     *
     * @param from root hash of that release's {@code /usr}
     */
    record Delta(Path file, String from) {}

    /**
     * Writes release.json, signed if it is to be, and reads it as a host would.
     *
     * @param exports the disk in other formats
     * @param deltas payloads for hosts that have earlier releases
     * @throws BuildException if what the image holds cannot be said in a signed document
     */
    static void writeRelease(
            ReleaseFiles release, Facts facts, List<Path> exports, List<Delta> deltas, Optional<ReleaseSigning> signing)
            throws BuildException, IOException {
        var root = document(release);
        root.put("architecture", ARCHITECTURE);
        root.put("buildTime", facts.buildTime().toString());
        signing.ifPresent(by -> root.put("expires", by.expires().toString()));
        root.putObject("usr")
                .put("rootHash", facts.rootHash())
                .put("salt", facts.salt())
                .put("encoder", facts.encoder());
        root.putObject("kernel").put("release", facts.kernelRelease()).put("commandLine", facts.kernelCommandLine());
        facts.origin().lock().ifPresent(digest -> root.put("lock", digest));
        if (!facts.origin().previous().isEmpty()) {
            facts.origin().previous().forEach(root.putArray("previous")::add);
        }
        var files = root.putArray("files");
        var described = release.described(signing.isPresent());
        var hashes = Digests.sha256Hex(Stream.of(
                        described.values().stream(),
                        exports.stream(),
                        deltas.stream().map(Delta::file))
                .flatMap(paths -> paths)
                .filter(file -> facts.disk().isEmpty() || !file.equals(release.disk()))
                .toList());
        facts.disk().ifPresent(digest -> hashes.put(release.disk(), digest.toString()));
        for (var entry : described.entrySet()) {
            describe(entry.getKey(), entry.getValue(), hashes, files.addObject());
        }
        for (var delta : deltas) {
            var entry = files.addObject();
            describe(FileKind.DELTA, delta.file(), hashes, entry);
            entry.put("from", delta.from());
        }
        for (var export : exports) {
            describe(FileKind.EXPORT, export, hashes, files.addObject());
        }
        var ids = root.putObject("ids");
        var users = ids.putObject("users");
        facts.ids().users().forEach((name, user) -> users.put(name, user.uid()));
        var groups = ids.putObject("groups");
        facts.ids().groups().forEach((name, group) -> groups.put(name, group.gid()));
        if (signing.isPresent()) {
            sign(root, signing.get());
        }
        write(release.releaseJson(), root);
    }

    private static void describe(FileKind kind, Path file, Map<Path, String> hashes, ObjectNode into)
            throws IOException {
        into.put("kind", kind.text())
                .put("name", String.valueOf(file.getFileName()))
                .put("size", Files.size(file))
                .put("sha256", hashes.get(file));
    }

    private static void sign(ObjectNode root, ReleaseSigning signing) throws BuildException, IOException {
        try {
            SignedDocument.sign(root, signing.signers());
            // Whatever hosts would refuse must not leave this machine; the time is not for them to judge yet.
            ReleaseReader.read(text(root).getBytes(StandardCharsets.UTF_8), signing.trusted(), Instant.EPOCH);
        } catch (IllegalArgumentException | MalformedDocumentException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    "hosts would refuse the release.json of this image: " + e.getMessage(),
                    "names of users and groups must be ASCII; lines like the kernel's command line at most 4096 long",
                    e);
        }
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
                .put("format", Release.FORMAT)
                .put("board", release.board())
                .put("version", release.version());
    }

    private static void write(Path file, ObjectNode root) throws IOException {
        Files.writeString(file, text(root));
    }

    private static String text(ObjectNode root) throws IOException {
        return WRITER.writeValueAsString(root) + "\n";
    }
}
