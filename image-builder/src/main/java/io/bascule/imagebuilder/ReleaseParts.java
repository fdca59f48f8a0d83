package io.bascule.imagebuilder;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.payload.PartitionImage;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What payloads are made of: the partitions of a release folder, each compared with its hash in release.json. */
public final class ReleaseParts implements Closeable {
    /** As payloads call them, and release.json, too. */
    private static final List<FileKind> PARTITIONS = List.of(FileKind.USR, FileKind.USR_VERITY, FileKind.UKI);

    private final Release release;
    private final Map<String, BlockDevice> partitions;

    private ReleaseParts(Release release, Map<String, BlockDevice> partitions) {
        this.release = release;
        this.partitions = partitions;
    }

    /**
     * Opens the partitions of a release. It has to be signed, because others have no hosts that take payloads; who signed it
     * is not asked.
     *
     * @throws BuildException if there is no release in the folder, or it is not whole
     */
    public static ReleaseParts open(Path folder) throws BuildException, IOException {
        var release = read(folder);
        var devices = new LinkedHashMap<String, BlockDevice>();
        try {
            for (var kind : PARTITIONS) {
                devices.put(kind.text(), open(folder, release, kind));
            }
            return new ReleaseParts(release, devices);
        } catch (BuildException | IOException e) {
            close(devices);
            throw e;
        }
    }

    private static Release read(Path folder) throws BuildException, IOException {
        var file = folder.resolve(ReleaseFiles.RELEASE_JSON);
        if (!Files.isRegularFile(file)) {
            throw BuildException.badInput(
                    "there is no release in " + folder + ": it has no " + ReleaseFiles.RELEASE_JSON,
                    "give the folder BOARD/VERSION that a build made");
        }
        try (var in = Files.newInputStream(file)) {
            return ReleaseReader.readUnverified(in.readNBytes(JsonDocument.MAX_SIZE + 1));
        } catch (MalformedDocumentException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    folder + ": " + e.getMessage(),
                    "give the folder of a release that was built with --key",
                    e);
        }
    }

    private static BlockDevice open(Path folder, Release release, FileKind kind) throws BuildException, IOException {
        var part = release.file(kind)
                .orElseThrow(() -> BuildException.badInput(
                        folder + ": release.json names no file of kind '" + kind.text() + "'",
                        "give the folder of a whole release"));
        var file = folder.resolve(part.name());
        if (!Files.isRegularFile(file)) {
            throw BuildException.badInput("release " + folder + " has no " + part.name(), "copy the release whole");
        }
        var found = Sha256Digest.ofFile(file);
        if (!found.equals(part.sha256())) {
            throw BuildException.badInput(
                    file + " has SHA-256 " + found + ", not " + part.sha256() + " as release.json says",
                    "get the release again from where it was built");
        }
        var device = FileBlockDevice.openReadOnly(file);
        if (!PartitionImage.isWhole(device)) {
            device.close();
            throw BuildException.badInput(
                    file + " has " + device.size().bytes() + " bytes, not whole blocks of 4096",
                    "no payload can hold it: build the release again");
        }
        return device;
    }

    /** {@return what the release says about itself} */
    public Release release() {
        return release;
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
