package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.testsupport.ExternalTool;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorStateTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String PACKAGES = "0123456789abcdef".repeat(4) + " 10 main/binary-amd64/Packages.xz";

    @TempDir
    private Path folder;

    @Test
    void countsOnlyTheListsOfPackages() {
        assertThat(MirrorState.indexes("""
                Suite: stable
                MD5Sum:
                 0123456789abcdef0123456789abcdef 10 main/binary-amd64/Packages.xz
                SHA256:
                 %s
                 %s
                """.formatted(PACKAGES, PACKAGES.replace("amd64", "arm64"))))
                .containsExactly(PACKAGES);
    }

    @Test
    void expiresAtTheTimeThatItNames() {
        assertThat(MirrorState.isValid("Suite: stable\n", NOW)).isTrue();
        assertThat(MirrorState.isValid("Valid-Until: Thu, 01 Jan 2026 00:00:01 UTC\n", NOW))
                .isTrue();
        assertThat(MirrorState.isValid("Valid-Until: Thu, 01 Jan 2026 00:00:00 UTC\n", NOW))
                .isFalse();
        assertThat(MirrorState.isValid("Valid-Until: soon\n", NOW)).isFalse();
    }

    @Test
    void isOnlyKnownWhenTheKeysHaveSignedIt() throws Exception {
        var gpg = ExternalTool.require("gpg");
        ExternalTool.require("gpgv");
        var home = Files.createDirectory(folder.resolve("home"));
        var keyring = folder.resolve("keys.gpg");
        var common = new String[] {"--homedir", home.toString(), "--batch", "--yes", "--passphrase", ""};
        gpg.run(with(common, "--quick-generate-key", "mirror@example", "ed25519", "sign", "never"));
        gpg.run(with(common, "--output", keyring.toString(), "--export"));
        var mirror = folder.resolve("mirror");
        for (var suite : new String[] {"trixie", "trixie-updates"}) {
            var release = Files.createDirectories(mirror.resolve("dists").resolve(suite));
            Files.writeString(release.resolve("Release"), "Suite: " + suite + "\nSHA256:\n " + PACKAGES + "\n");
            gpg.run(with(
                    common,
                    "--output",
                    release.resolve("InRelease").toString(),
                    "--clear-sign",
                    release.resolve("Release").toString()));
        }
        var mirrors = new AptMirrors(URI.create("file://" + mirror), Optional.empty());
        var state = MirrorState.read(mirrors, "trixie", Optional.of(keyring), NOW);
        assertThat(state)
                .hasValueSatisfying(text -> assertThat(text)
                        .containsOnlyOnce("file://" + mirror + " trixie\n" + PACKAGES)
                        .containsOnlyOnce("file://" + mirror + " trixie-updates\n" + PACKAGES));

        var updates = mirror.resolve("dists/trixie-updates/InRelease");
        var signed = Files.readString(updates);
        Files.writeString(updates, signed.replace("Packages.xz", "Packages.gz"));
        assertThat(MirrorState.read(mirrors, "trixie", Optional.of(keyring), NOW))
                .as("changed after it was signed")
                .isEmpty();
        Files.writeString(updates, signed);
        assertThat(MirrorState.read(mirrors, "trixie", Optional.of(updates), NOW))
                .as("other keys")
                .isEmpty();
        Files.delete(updates);
        assertThat(MirrorState.read(mirrors, "trixie", Optional.of(keyring), NOW))
                .as("a suite that is not there")
                .isEmpty();
    }

    private static String[] with(String[] common, String... more) {
        var all = Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return all;
    }
}
