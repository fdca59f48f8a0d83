package io.bascule.imagebuilder;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.payload.PartitionUpdate;
import io.bascule.payload.PayloadException;
import io.bascule.payload.PayloadManifest;
import io.bascule.payload.PayloadVerifier;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.TrustException;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseFile;
import io.bascule.signing.release.ReleaseReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds a release folder to what hosts will hold it to: signatures and expiry of {@code release.json}, size and hash of
 * every file, signatures of the payload, and that the payload's partitions are the release's files.
 */
public final class ReleaseCheck {
    private static final int BUFFER = 1 << 20;

    private static final Map<FileKind, String> PARTITIONS = Map.of(
            FileKind.USR, ReleasePayload.USR,
            FileKind.USR_VERITY, ReleasePayload.USR_VERITY,
            FileKind.UKI, ReleasePayload.UKI);

    private final Path folder;
    private final TrustedKeys keys;
    private final BuildListener listener;

    private ReleaseCheck(Path folder, TrustedKeys keys, BuildListener listener) {
        this.folder = folder;
        this.keys = keys;
        this.listener = listener;
    }

    /** A release that is not what its signers made, or that hosts would not take; the message says why. */
    public static final class FailedException extends Exception {
        FailedException(String message) {
            super(message);
        }

        FailedException(IOException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    /**
     * {@return the release, everything about which was found right}
     *
     * @param now the time to compare its expiry with
     * @throws FailedException if something about it is wrong
     * @throws IOException if something cannot be read
     */
    public static Release run(Path folder, TrustedKeys keys, Instant now, BuildListener listener)
            throws FailedException, IOException {
        return new ReleaseCheck(folder, keys, listener).run(now);
    }

    private Release run(Instant now) throws FailedException, IOException {
        listener.step("metadata");
        Release release;
        try (var in = Files.newInputStream(folder.resolve(ReleaseFiles.RELEASE_JSON))) {
            release = ReleaseReader.read(in.readNBytes(JsonDocument.MAX_SIZE + 1), keys, now);
        } catch (MalformedDocumentException | TrustException e) {
            throw new FailedException(e);
        }
        listener.result(release.board() + " " + release.version() + ", signed, expires " + release.expires());
        listener.step("files");
        for (var file : release.files()) {
            checkFile(file);
        }
        listener.result(release.files().size() + " with the sizes and hashes of release.json");
        listener.step("payload");
        checkPayload(release);
        listener.result("signed, its partitions are the files of the release");
        for (var file : release.files()) {
            if (file.kind() == FileKind.DELTA) {
                listener.step("delta");
                checkDelta(release, file);
                listener.result(file.name() + ": signed, and leads to the same");
            }
        }
        return release;
    }

    private void checkFile(ReleaseFile expected) throws FailedException, IOException {
        var file = folder.resolve(expected.name());
        if (!Files.isRegularFile(file)) {
            throw new FailedException(expected.name() + " is missing");
        }
        if (Files.size(file) != expected.size()) {
            throw new FailedException(
                    expected.name() + " has " + Files.size(file) + " bytes, release.json says " + expected.size());
        }
        var digest = Sha256Digest.newMessageDigest();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER];
            var done = 0L;
            for (int count; (count = in.read(buffer)) > 0; ) {
                digest.update(buffer, 0, count);
                done += count;
                listener.doing(expected.name() + ": " + new ByteCount(done) + " of " + new ByteCount(expected.size()));
            }
        }
        var found = Sha256Digest.of(digest.digest());
        if (!found.equals(expected.sha256())) {
            throw new FailedException(
                    expected.name() + " has SHA-256 " + found + ", release.json says " + expected.sha256());
        }
    }

    private void checkPayload(Release release) throws FailedException, IOException {
        var payload = release.file(FileKind.PAYLOAD)
                .orElseThrow(() -> new FailedException("the release has no payload, which is all that hosts install"));
        comparePartitions(release, verify(payload).partitions());
    }

    /** As far as it can be without what it starts from. */
    private void checkDelta(Release release, ReleaseFile delta) throws FailedException, IOException {
        try {
            comparePartitions(release, verify(delta).partitions());
        } catch (FailedException e) {
            throw new FailedException(delta.name() + ": " + e.getMessage());
        }
    }

    private PayloadManifest verify(ReleaseFile payload) throws FailedException, IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(folder.resolve(payload.name())))) {
            return PayloadVerifier.verify(
                            in,
                            keys,
                            (done, total) ->
                                    listener.doing("decoding " + new ByteCount(done) + " of " + new ByteCount(total)))
                    .manifest();
        } catch (MalformedFormatException | PayloadException e) {
            throw new FailedException(e);
        }
    }

    private static void comparePartitions(Release release, List<PartitionUpdate> partitions) throws FailedException {
        var left = new HashMap<String, PartitionUpdate>();
        partitions.forEach(partition -> left.put(partition.name(), partition));
        for (var kind : FileKind.values()) {
            var name = PARTITIONS.get(kind);
            if (name == null) {
                continue;
            }
            var partition = left.remove(name);
            var file = release.file(kind).orElse(null);
            if (partition == null || file == null) {
                throw new FailedException("the payload or the release has no '" + name + "'");
            }
            if (partition.size().bytes() != file.size() || !partition.hash().equals(file.sha256())) {
                throw new FailedException("partition '" + name + "' of the payload is not " + file.name());
            }
        }
        if (!left.isEmpty()) {
            throw new FailedException("the payload has partitions that no file of the release stands for: "
                    + new ArrayList<>(left.keySet()));
        }
    }
}
