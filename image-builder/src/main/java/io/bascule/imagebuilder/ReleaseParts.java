package io.bascule.imagebuilder;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.FileKind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What payloads are made of: the partitions of a release folder, each compared with its hash in release.json. */
public final class ReleaseParts implements Closeable {
    /** As payloads call them, and release.json, too. */
    private static final List<FileKind> PARTITIONS = List.of(FileKind.USR, FileKind.USR_VERITY, FileKind.UKI);

    private static final int MAX_FILES = 256;

    private final String board;
    private final String version;
    private final String rootHash;
    private final OptionalLong fullPayload;
    private final Map<String, BlockDevice> partitions;

    private ReleaseParts(
            String board,
            String version,
            String rootHash,
            OptionalLong fullPayload,
            Map<String, BlockDevice> partitions) {
        this.board = board;
        this.version = version;
        this.rootHash = rootHash;
        this.fullPayload = fullPayload;
        this.partitions = partitions;
    }

    /**
     * Opens the partitions of a release.
     *
     * @throws BuildException if there is no release in the folder, or it is not whole
     */
    public static ReleaseParts open(Path folder) throws BuildException, IOException {
        var file = folder.resolve(ReleaseFiles.RELEASE_JSON);
        if (!Files.isRegularFile(file)) {
            throw BuildException.badInput(
                    "there is no release in " + folder + ": it has no " + ReleaseFiles.RELEASE_JSON,
                    "give the folder BOARD/VERSION that a build made");
        }
        var devices = new LinkedHashMap<String, BlockDevice>();
        try {
            var release = JsonDocument.read(file.toString(), Files.readAllBytes(file));
            var files = new HashMap<String, JsonDocument>();
            for (var item : release.objectsIn("files", MAX_FILES)) {
                files.put(item.text("kind"), item);
            }
            for (var kind : PARTITIONS) {
                var item = Optional.ofNullable(files.get(kind.text()))
                        .orElseThrow(() -> release.malformed("files", "none of kind '" + kind.text() + "'"));
                devices.put(kind.text(), open(folder, item));
            }
            var payload = files.get(FileKind.PAYLOAD.text());
            return new ReleaseParts(
                    release.text("board"),
                    release.text("version"),
                    release.object("usr").text("rootHash"),
                    payload == null ? OptionalLong.empty() : OptionalLong.of(payload.number("size", 1, Long.MAX_VALUE)),
                    devices);
        } catch (MalformedDocumentException e) {
            close(devices);
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    folder + ": " + e.getMessage(),
                    "is it the folder of a whole release?",
                    e);
        } catch (BuildException | IOException e) {
            close(devices);
            throw e;
        }
    }

    private static BlockDevice open(Path folder, JsonDocument item) throws BuildException, IOException {
        var name = Path.of(item.text("name")).getFileName();
        var file = folder.resolve(String.valueOf(name));
        if (!Files.isRegularFile(file)) {
            throw BuildException.badInput("release " + folder + " has no " + name, "copy the release whole");
        }
        var found = Sha256Digest.ofFile(file);
        var wanted = item.digest("sha256");
        if (!found.equals(wanted)) {
            throw BuildException.badInput(
                    file + " has SHA-256 " + found + ", not " + wanted + " as release.json says",
                    "get the release again from where it was built");
        }
        return FileBlockDevice.openReadOnly(file);
    }

    public String board() {
        return board;
    }

    public String version() {
        return version;
    }

    /** {@return root hash of its {@code /usr}} */
    public String rootHash() {
        return rootHash;
    }

    /** {@return the size of the release's own payload in bytes, if it has one} */
    public OptionalLong fullPayload() {
        return fullPayload;
    }

    /** {@return the contents by the names of the partitions, in the order of payloads} */
    public Map<String, BlockDevice> partitions() {
        return partitions;
    }

    @Override
    public void close() throws IOException {
        close(partitions);
    }

    private static void close(Map<String, BlockDevice> devices) throws IOException {
        for (var device : devices.values()) {
            device.close();
        }
    }
}
