package io.bascule.imagebuilder.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.SilentListener;
import io.bascule.imagebuilder.TinyDisks;
import io.bascule.partitionlayout.layout.DiskLayout;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageVerifierTest {
    private static final DiskLayout LAYOUT = TinyDisks.LAYOUT;

    @TempDir
    private Path folder;

    private ReleaseFiles release;

    @BeforeEach
    void write() throws Exception {
        release = TinyDisks.write(folder);
    }

    private List<Check> verify(Path file, Optional<Release> signed) throws Exception {
        return ImageVerifier.verify(file, signed, folder, 1, new SilentListener());
    }

    private List<Check> verify() throws Exception {
        return verify(release.disk(), Optional.empty());
    }

    private Check failure() throws Exception {
        var failed = verify().stream()
                .filter(check -> check.outcome() == Check.Outcome.FAILED)
                .toList();
        assertThat(failed).isNotEmpty();
        return failed.getFirst();
    }

    private void flip(long at) throws Exception {
        try (var channel = FileChannel.open(release.disk(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
        }
    }

    private Release signed(String rootHash) throws Exception {
        var signing = TinyDisks.sign(release, rootHash);
        return ReleaseReader.read(Files.readAllBytes(release.releaseJson()), signing.trusted(), Instant.EPOCH);
    }

    private String rootHash() throws Exception {
        var report = ImageInspector.inspect(release.uki(), folder, (done, total) -> {});
        return report.uki() == null ? "" : String.valueOf(report.uki().usrHash());
    }

    @Test
    void withoutASignatureAllFitsTogetherAndNoMore() throws Exception {
        var checks = verify();
        assertThat(checks).extracting(Check::outcome).doesNotContain(Check.Outcome.FAILED);
        assertThat(ImageVerifier.reached(checks)).contains(Check.Level.CONSISTENCY);
        assertThat(checks.getLast().outcome()).isEqualTo(Check.Outcome.NOT_CHECKED);
        assertThat(checks.getLast().detail()).contains("may still be anybody's");
    }

    @Test
    void aSignedReleaseProvesTheOrigin() throws Exception {
        var checks = verify(release.disk(), Optional.of(signed(rootHash())));
        assertThat(checks).extracting(Check::outcome).containsOnly(Check.Outcome.OK);
        assertThat(ImageVerifier.reached(checks)).contains(Check.Level.ORIGIN);
    }

    @Test
    void aReleaseOfAnotherDiskDoesNot() throws Exception {
        var checks = verify(release.disk(), Optional.of(signed("ab".repeat(32))));
        assertThat(checks).anySatisfy(check -> {
            assertThat(check.outcome()).isEqualTo(Check.Outcome.FAILED);
            assertThat(check.detail()).contains("the signed root hash of tiny 1.0 is abab");
        });
    }

    @Test
    void everyBlockOfUsrCounts() throws Exception {
        for (var block : new long[] {1, Files.size(release.usr()) / 4096 - 1}) {
            var at = LAYOUT.usr().offset().bytes() + block * 4096;
            flip(at + 17);
            var failure = failure();
            assertThat(failure.level()).isEqualTo(Check.Level.CONSISTENCY);
            assertThat(failure.offset()).isEqualTo(at);
            assertThat(failure.detail()).contains("block " + block + " of /usr");
            flip(at + 17);
        }
        assertThat(verify()).extracting(Check::outcome).doesNotContain(Check.Outcome.FAILED);
    }

    @Test
    void theHashesCountToo() throws Exception {
        flip(LAYOUT.usrVerity().offset().bytes() + 4096 + 3);
        assertThat(failure().offset()).isEqualTo(LAYOUT.usrVerity().offset().bytes() + 4096);
    }

    @Test
    void aSuperblockThatWasChangedIsNamedFirst() throws Exception {
        flip(LAYOUT.usr().offset().bytes() + 1024 + 64);
        var failure = failure();
        assertThat(failure.level()).isEqualTo(Check.Level.CHECKSUM);
        assertThat(failure.offset()).isEqualTo(LAYOUT.usr().offset().bytes() + 1024);
    }

    @Test
    void bothTablesCount() throws Exception {
        flip(Files.size(release.disk()) - 512 + 60);
        assertThat(failure().subject()).isEqualTo("partition table");
        assertThat(failure().offset()).isGreaterThanOrEqualTo(Files.size(release.disk()) - 512);
    }

    @Test
    void aKernelThatStartsAnotherUsrIsFound() throws Exception {
        // The root hash is the only one in the ESP.
        var bytes = Files.readAllBytes(release.disk());
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var at = text.indexOf("usrhash=" + rootHash()) + "usrhash=".length();
        flip(at);
        assertThat(failure().detail()).contains("no slot has the PARTUUIDs");
    }

    @Test
    void partsAreCheckedByThemselves() throws Exception {
        assertThat(verify(release.uki(), Optional.empty())).singleElement().satisfies(check -> {
            assertThat(check.outcome()).isEqualTo(Check.Outcome.OK);
            assertThat(check.level()).isEqualTo(Check.Level.STRUCTURE);
        });
        var named = verify(release.usr(), Optional.of(signed(rootHash())));
        assertThat(ImageVerifier.reached(named)).contains(Check.Level.ORIGIN);
        assertThat(verify(release.verity(), Optional.empty()))
                .extracting(Check::outcome)
                .containsExactly(Check.Outcome.NOT_CHECKED);
    }

    @Test
    void listsOfHashesAreChecked() throws Exception {
        signed(rootHash());
        var checks = ImageVerifier.verifyChecksums(release.checksums(), new SilentListener());
        assertThat(checks).hasSize(8).extracting(Check::outcome).containsOnly(Check.Outcome.OK);
        Files.writeString(release.usr(), "x");
        assertThat(ImageVerifier.verifyChecksums(release.checksums(), new SilentListener()))
                .filteredOn(check -> check.outcome() == Check.Outcome.FAILED)
                .singleElement()
                .satisfies(check -> assertThat(check.subject()).isEqualTo("tiny_1.0.usr.erofs"));
    }
}
