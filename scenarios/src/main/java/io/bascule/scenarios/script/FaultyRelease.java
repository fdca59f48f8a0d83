package io.bascule.scenarios.script;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.ReleaseSigning;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.payload.PartitionImage;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.SignedDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** A release that was broken before it was signed: every hash and signature holds, and what it brings does not work. */
final class FaultyRelease {
    private static final Pattern FLIP = Pattern.compile("flip-bit:\\s+file: usr\\s+offset: (\\d+)\\s+bit: ([0-7])");

    private FaultyRelease() {}

    /** {@return a copy of {@code release} with the fault in it, beside the original} */
    static ReleaseFiles of(ReleaseFiles release, Path faultFile, ReleaseSigning signing)
            throws IOException, ScenarioFailure {
        var fault = FLIP.matcher(Files.readString(faultFile));
        if (!fault.find()) {
            throw new ScenarioFailure(faultFile + " does not say which bit of usr to flip");
        }
        var folder = release.folder().resolveSibling(release.version() + "-faulty");
        Folders.delete(folder);
        Files.createDirectories(folder);
        var faulty = new ReleaseFiles(folder, release.board(), release.version());
        for (var file : List.of(release.usr(), release.verity(), release.uki(), release.releaseJson())) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
        flip(faulty.usr(), Long.parseLong(fault.group(1)), Integer.parseInt(fault.group(2)));
        sign(faulty, signing);
        return faulty;
    }

    private static void flip(Path file, long offset, int bit) throws IOException {
        try (var device = FileBlockDevice.open(file)) {
            var one = ByteBuffer.allocate(1);
            device.read(offset, one);
            device.write(offset, ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ (1 << bit))}));
        }
    }

    private static void sign(ReleaseFiles release, ReleaseSigning signing) throws IOException {
        try (var usr = FileBlockDevice.openReadOnly(release.usr());
                var verity = FileBlockDevice.openReadOnly(release.verity());
                var uki = FileBlockDevice.openReadOnly(release.uki());
                var out = Files.newOutputStream(release.payload())) {
            new PayloadWriter(signing.signers(), release.folder(), 2)
                    .write(
                            List.of(
                                    new PartitionImage("usr", usr),
                                    new PartitionImage("usr-verity", verity),
                                    new PartitionImage("uki", uki)),
                            OptionalLong.empty(),
                            out);
        }
        var mapper = new ObjectMapper();
        var root = (ObjectNode) mapper.readTree(release.releaseJson().toFile());
        for (var file : root.withArray("files")) {
            var path = release.folder().resolve(file.path("name").asText());
            if (Files.exists(path)) {
                ((ObjectNode) file)
                        .put("size", Files.size(path))
                        .put(
                                "sha256",
                                Sha256Digest.ofContent(Files.readAllBytes(path)).toString());
            }
        }
        SignedDocument.sign(root, signing.signers());
        mapper.writeValue(release.releaseJson().toFile(), root);
    }
}
