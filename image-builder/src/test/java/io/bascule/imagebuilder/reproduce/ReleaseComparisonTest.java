package io.bascule.imagebuilder.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.Folders;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.TinyDisks;
import io.bascule.payload.PayloadInspector;
import io.bascule.signing.Sha256Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseComparisonTest {
    @TempDir
    private Path folder;

    private ReleaseFiles first;
    private ReleaseFiles second;

    @BeforeEach
    void write() throws Exception {
        first = TinyDisks.write(Files.createDirectory(folder.resolve("1")));
        TinyDisks.sign(first, "ab".repeat(32));
        Folders.copy(first.folder(), folder.resolve("2"));
        second = new ReleaseFiles(folder.resolve("2"), first.board(), first.version());
    }

    private List<String> differences() throws Exception {
        return ReleaseComparison.between(first, second, name -> {}).stream()
                .map(Difference::describe)
                .toList();
    }

    private static void flip(Path file, long at) throws Exception {
        var bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void releasesThatAreTheSameAreTheSame() throws Exception {
        var compared = new ArrayList<String>();
        assertThat(ReleaseComparison.between(first, second, compared::add)).isEmpty();
        assertThat(compared)
                .containsExactly(
                        "packages.json",
                        "tiny_1.0.usr.erofs",
                        "tiny_1.0.usr.verity",
                        "tiny_1.0.efi",
                        "tiny_1.0.raw",
                        "tiny_1.0.cdx.json",
                        "tiny_1.0.payload",
                        "release.json",
                        "SHA256SUMS");
    }

    @Test
    void otherSignaturesAreNoDifference() throws Exception {
        // ECDSA gives other bytes each time.
        TinyDisks.sign(second, "ab".repeat(32));
        for (var file : List.of("tiny_1.0.payload", "release.json", "SHA256SUMS")) {
            assertThat(Files.mismatch(
                            first.folder().resolve(file), second.folder().resolve(file)))
                    .isNotNegative();
        }
        assertThat(differences()).isEmpty();
    }

    @Test
    void norAreThoseOfDeltas() throws Exception {
        TinyDisks.sign(second, "ab".repeat(32));
        for (var release : List.of(first, second)) {
            var delta = Files.copy(release.payload(), release.delta("0.9"));
            Files.writeString(
                    release.checksums(),
                    Sha256Digest.ofFile(delta) + "  " + delta.getFileName() + "\n",
                    StandardOpenOption.APPEND);
        }
        assertThat(Files.mismatch(first.delta("0.9"), second.delta("0.9"))).isNotNegative();
        assertThat(differences()).isEmpty();
        flip(second.delta("0.9"), 40);
        assertThat(differences()).singleElement().asString().startsWith("tiny_1.0_from_0.9.payload: ");
    }

    @Test
    void aByteOfEachFileCounts() throws Exception {
        flip(second.usr(), 1024 + 64);
        flip(second.verity(), 4096);
        flip(second.uki(), 0x3C + 2);
        flip(second.disk(), TinyDisks.LAYOUT.usr().offset().bytes() + 1024 + 64);
        assertThat(differences())
                .containsExactly(
                        "tiny_1.0.usr.erofs: first difference at byte 1088 (0x440): the superblock of the EROFS, byte 64",
                        "tiny_1.0.usr.verity: first difference at byte 4096 (0x1000): dm-verity hashes, level 0 of 1 from"
                                + " the root down, block 0, hash 0, byte 0",
                        "tiny_1.0.efi: first difference at byte 62 (0x3e): the PE headers, byte 62",
                        "tiny_1.0.raw: first difference at byte "
                                + (TinyDisks.LAYOUT.usr().offset().bytes() + 1088)
                                + " (0x2900440): partition USR-A, byte 1088; in it the superblock of the EROFS, byte 64");
    }

    @Test
    void documentsAreReportedByLineAndPath() throws Exception {
        Files.writeString(
                first.packagesJson(),
                "{\n  \"packages\" : [ {\n    \"name\" : \"a\" }, {\n    \"name\" : \"b\" } ]\n}\n");
        Files.writeString(
                second.packagesJson(),
                "{\n  \"packages\" : [ {\n    \"name\" : \"a\" }, {\n    \"name\" : \"c\" } ]\n}\n");
        var text = Files.readString(second.releaseJson());
        Files.writeString(second.releaseJson(), text.replace("6.12", "6.13"));
        var sums = Files.readString(second.checksums());
        Files.writeString(second.checksums(), "0".repeat(64) + sums.substring(64));
        var line = text.substring(0, text.indexOf("6.12")).lines().count();
        assertThat(differences())
                .containsExactly(
                        "packages.json: first difference at byte 57 (0x39): line 4, /packages/1/name",
                        "release.json: first difference at byte " + (text.indexOf("6.12") + 4) + " (0x"
                                + Integer.toHexString(text.indexOf("6.12") + 4) + "): line " + line
                                + ", /kernel/release",
                        "SHA256SUMS: first difference at byte 0 (0x0): line 1");
    }

    @Test
    void sizesAndMissingFilesAreDifferences() throws Exception {
        Files.writeString(second.sbom(), "{}\n");
        Files.writeString(first.sbom(), "{}");
        Files.delete(second.uki());
        Files.writeString(second.folder().resolve("tiny_1.0.vhd"), "x");
        assertThat(differences())
                .containsExactly(
                        "tiny_1.0.efi: the second build did not make it",
                        "tiny_1.0.cdx.json: first difference at byte 2 (0x2): line 1; the first has 2 bytes, the second 3",
                        "tiny_1.0.vhd: only the second build made it");
    }

    @Test
    void payloadsAreComparedWithoutTheirSignatures() throws Exception {
        var good = Files.readAllBytes(second.payload());
        flip(second.payload(), 40);
        assertThat(differences()).singleElement().asString().contains("header or manifest of the payload, byte 40");
        Files.write(second.payload(), good);
        // The signature ends the file, and the blobs end before it.
        flip(second.payload(), good.length - 10);
        assertThat(differences()).isEmpty();
        long at;
        try (var in = Files.newInputStream(first.payload())) {
            at = PayloadInspector.unsigned(in).blobs() + 5;
        }
        flip(second.payload(), at);
        assertThat(differences())
                .singleElement()
                .asString()
                .startsWith("tiny_1.0.payload: first difference at byte " + at)
                .contains("the payload's blob 0 of partition usr (REPLACE_XZ), byte 5");
    }
}
