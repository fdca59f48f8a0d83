package io.bascule.imagebuilder;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.image.UserIds;
import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeySigner;
import io.bascule.signing.Keyring;
import io.bascule.signing.Signer;
import java.nio.file.Files;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Releases whose files are a block or two, and which are otherwise like those of a build. */
final class SignedReleases {
    static final Instant EXPIRES = Instant.parse("2027-01-01T00:00:00.5Z");
    static final KeyPair KEY = KeyAlgorithm.EC_P256.generate();
    static final KeyPair SECOND_KEY = KeyAlgorithm.EC_P256.generate();
    static final KeyPair FOREIGN = KeyAlgorithm.EC_P256.generate();

    private SignedReleases() {}

    static ReleaseSigning write(ReleaseFiles release, KeyPair... pairs) throws Exception {
        Files.writeString(release.disk(), "disk");
        Files.write(release.usr(), new byte[8192]);
        Files.write(release.verity(), new byte[4096]);
        Files.write(release.uki(), new byte[4096]);
        ReleaseManifest.writePackages(release, List.of(new InstalledPackage("zlib1g", "1:1.3", "amd64", "zlib", 180)));
        Files.writeString(release.sbom(), "{}");
        var signing = ReleaseSigning.of(signers(pairs), keyring(pairs), EXPIRES);
        ReleasePayload.write(
                release,
                release.payload(),
                Optional.empty(),
                "none",
                signing.signers(),
                1,
                ResultCache.none(),
                (done, total) -> {});
        describe(release, signing);
        return signing;
    }

    /** Writes the documents that hold hashes, as a build does last. */
    static void describe(ReleaseFiles release, ReleaseSigning signing) throws Exception {
        var exports =
                List.of(release.export(OutputFormat.parse("qcow2")), release.export(OutputFormat.parse("raw.zst")));
        for (var export : exports) {
            Files.writeString(export, String.valueOf(export.getFileName()));
        }
        ReleaseManifest.writeRelease(release, facts(), exports, List.of(), Optional.of(signing));
        ReleaseManifest.writeChecksums(release);
    }

    static List<Signer> signers(KeyPair... pairs) {
        return Stream.of(pairs).<Signer>map(KeySigner::of).toList();
    }

    static byte[] keyring(KeyPair... pairs) {
        return Keyring.ofEqualKeys(Stream.of(pairs)
                        .map(pair -> Keyring.Key.of(pair.getPublic(), "test"))
                        .toList())
                .toJson()
                .getBytes(UTF_8);
    }

    static ReleaseManifest.Facts facts() {
        return facts("root");
    }

    static ReleaseManifest.Facts facts(String user) {
        var ids = new UserIds(
                new TreeMap<>(Map.of(user, new UserIds.User(0, 0, "", "/root", "/bin/sh"))),
                new TreeMap<>(
                        Map.of("users", new UserIds.Group(100, List.of()), "adm", new UserIds.Group(4, List.of()))));
        return new ReleaseManifest.Facts(
                Instant.ofEpochSecond(1_700_000_000),
                "ab".repeat(32),
                "cd",
                "zstd",
                "6.12",
                "quiet",
                ids,
                ReleaseManifest.Origin.UNKNOWN,
                Optional.empty());
    }
}
