package io.bascule.imagebuilder;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.uki.PeFiles;
import io.bascule.imagebuilder.uki.Uki;
import io.bascule.imagebuilder.uki.UkiWriter;
import io.bascule.imagebuilder.verity.VeritySalt;
import io.bascule.imagebuilder.verity.VerityWriter;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.DiskLayout;
import io.bascule.partitionlayout.layout.DiskSizes;
import io.bascule.partitionlayout.layout.RootHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Disks like those of a build, with a {@code /usr} of a few files and a kernel that is none. */
public final class TinyDisks {
    public static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
    public static final DiskLayout LAYOUT = new DiskLayout(
            Architecture.X86_64,
            SectorSize.B512,
            DiskSizes.of(ByteCount.ofMiB(40), ByteCount.ofMiB(2), ByteCount.ofMiB(1)));

    private TinyDisks() {}

    /** Writes disk, UKI, EROFS and hashes of {@code tiny} 1.0 into {@code folder}. */
    public static ReleaseFiles write(Path folder) throws Exception {
        var release = new ReleaseFiles(folder, "tiny", "1.0");
        var tree = FileTree.empty();
        for (var i = 0; i < 40; i++) {
            tree.putFile("share/file" + i, 0644, ("line " + i + "\n").repeat(2000));
        }
        ErofsWriter.write(
                tree,
                new ErofsOptions(new UUID(1, 2), "usr", TIME, Compression.DEFAULT, 1),
                folder,
                release.usr(),
                (done, total) -> {});
        RootHash root;
        try (var data = FileBlockDevice.openReadOnly(release.usr());
                var hashes = FileBlockDevice.create(release.verity(), VerityWriter.hashSize(data.size()))) {
            root = VerityWriter.write(data, hashes, new UUID(3, 4), VeritySalt.of(new byte[] {7}), 1);
        }
        Files.write(
                release.uki(),
                UkiWriter.write(new Uki(
                        Content.of(PeFiles.program(List.of(".text"))),
                        Content.of(PeFiles.program(List.of(".setup"))),
                        Content.of("initrd".getBytes(StandardCharsets.US_ASCII)),
                        "NAME=\"Tiny\"\nIMAGE_ID=tiny\nIMAGE_VERSION=\"1.0\"\n",
                        "quiet usrhash=" + root.hex(),
                        "6.12-tiny")));
        var loader = Content.of("loader".getBytes(StandardCharsets.US_ASCII));
        DiskImage.write(release, LAYOUT, root, loader, TIME);
        return release;
    }

    /** Writes a signed release.json that names the files of {@code release}, all but a payload, and its root hash. */
    public static ReleaseSigning sign(ReleaseFiles release, String rootHash) throws Exception {
        var signing = ReleaseSigning.of(
                SignedReleases.signers(SignedReleases.KEY),
                SignedReleases.keyring(SignedReleases.KEY),
                SignedReleases.EXPIRES);
        Files.writeString(release.packagesJson(), "{}");
        Files.writeString(release.sbom(), "{}");
        ReleasePayload.write(
                release,
                release.payload(),
                Optional.empty(),
                "none",
                signing.signers(),
                1,
                ResultCache.none(),
                (done, total) -> {});
        var facts = SignedReleases.facts();
        ReleaseManifest.writeRelease(
                release,
                new ReleaseManifest.Facts(
                        TIME,
                        rootHash,
                        "07",
                        "zstd",
                        facts.kernelRelease(),
                        facts.kernelCommandLine(),
                        facts.ids(),
                        facts.origin(),
                        Optional.empty()),
                List.of(),
                List.of(),
                Optional.of(signing));
        ReleaseManifest.writeChecksums(release);
        return signing;
    }
}
