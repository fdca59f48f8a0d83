package io.bascule.imagebuilder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.output.OutputFormat;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseCheckTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final List<String> steps = new ArrayList<>();
    private ReleaseFiles release;
    private ReleaseSigning signing;

    @BeforeEach
    void write() throws Exception {
        release = new ReleaseFiles(folder, "board", "1.0");
        signing = SignedReleases.write(release, SignedReleases.KEY);
    }

    private void check() throws Exception {
        ReleaseCheck.run(folder, signing.trusted(), NOW, new BuildListener() {
            @Override
            public void step(String name) {
                steps.add(name);
            }

            @Override
            public void doing(String what) {}

            @Override
            public void result(String what) {}
        });
    }

    private void fails(String problem) {
        assertThatThrownBy(this::check)
                .isInstanceOf(ReleaseCheck.FailedException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aReleaseAsItWasBuiltHolds() throws Exception {
        check();
        assertThat(steps).containsExactly("metadata", "files", "payload");
    }

    @Test
    void everyFileHasItsSizeAndItsHash() throws Exception {
        var files = new ArrayList<>(release.described(true).values());
        files.add(release.export(OutputFormat.parse("qcow2")));
        files.add(release.export(OutputFormat.parse("raw.zst")));
        for (var file : files) {
            var good = Files.readAllBytes(file);
            var changed = good.clone();
            changed[changed.length / 2] ^= 1;
            Files.write(file, changed);
            fails(file.getFileName() + " has SHA-256");
            Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
            fails(file.getFileName() + " has " + (good.length + 1) + " bytes, release.json says " + good.length);
            Files.delete(file);
            fails(file.getFileName() + " is missing");
            Files.write(file, good);
        }
        check();
    }

    @Test
    void theMetadataAreSignedAndNotExpired() throws Exception {
        var text = Files.readString(release.releaseJson());
        Files.writeString(release.releaseJson(), text.replace("quiet", "debug"));
        fails("not signed by the trusted keys: 0 valid of 1 needed");
        Files.writeString(release.releaseJson(), text.substring(0, text.length() / 2));
        fails("release.json: not JSON");
        Files.writeString(release.releaseJson(), text);
        assertThatThrownBy(
                        () -> ReleaseCheck.run(folder, signing.trusted(), SignedReleases.EXPIRES, new SilentListener()))
                .hasMessageContaining("the release expired at 2027-01-01T00:00:00Z");
        Files.delete(release.releaseJson());
        assertThatThrownBy(this::check).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void unsignedReleasesFail() throws Exception {
        ReleaseManifest.writeRelease(release, SignedReleases.facts(), List.of(), List.of(), Optional.empty());
        fails("the release is not signed");
    }

    /** Right signatures everywhere, but not one release: mix and match. */
    @Test
    void thePayloadIsThatOfTheFiles() throws Exception {
        Files.write(release.usr(), new byte[] {1}, StandardOpenOption.WRITE);
        SignedReleases.describe(release, signing);
        fails("partition 'usr' of the payload is not board_1.0.usr.erofs");
    }

    @Test
    void thePayloadHasToBeSignedToo() throws Exception {
        ReleasePayload.write(
                release,
                release.payload(),
                Optional.empty(),
                "none",
                SignedReleases.signers(SignedReleases.FOREIGN),
                1,
                ResultCache.none(),
                (done, total) -> {});
        SignedReleases.describe(release, signing);
        fails("the payload's metadata is not signed by a trusted key");
        Files.write(release.payload(), "not a payload".getBytes(UTF_8));
        SignedReleases.describe(release, signing);
        fails("CrAU payload: header");
    }
}
