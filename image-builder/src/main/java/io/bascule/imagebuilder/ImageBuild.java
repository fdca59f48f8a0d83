package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.Changes;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsImage;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.image.ImageTree;
import io.bascule.imagebuilder.image.KernelCommandLine;
import io.bascule.imagebuilder.image.OsRelease;
import io.bascule.imagebuilder.output.ImageConverter;
import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.imagebuilder.output.OutputOptions;
import io.bascule.imagebuilder.sbom.EngineParts;
import io.bascule.imagebuilder.sbom.Sbom;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.imagebuilder.source.PackageOrder;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.uki.Uki;
import io.bascule.imagebuilder.uki.UkiWriter;
import io.bascule.imagebuilder.verity.VeritySalt;
import io.bascule.imagebuilder.verity.VerityWriter;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.DiskLayout;
import io.bascule.partitionlayout.layout.DiskSizes;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.signing.KeyId;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import io.bascule.signing.release.Version;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a release: from a board and a version to a folder with a bootable disk image and its parts. */
public final class ImageBuild {
    /** Below /usr; the engine knows these paths, too. */
    private static final String BOARD_JSON = "share/bascule/board.json";

    private static final String KEYRING_JSON = "share/bascule/keyring.json";

    private static final String STUB = "usr/lib/systemd/boot/efi/linuxx64.efi.stub";
    private static final int LARGEST_FILES = 10;
    private static final int ROOT_HASH_SHOWN = 16;
    private static final int ROOT_HASH_DIGITS = 64;

    private final BuildRequest request;
    private final BuildListener listener;
    private final Board board;
    private final ReleaseFiles release;
    private final DiskLayout layout;
    private final ResultCache results;
    private final Optional<UsedLock> lock;

    private ImageBuild(
            BuildRequest request, BuildListener listener, Board board, Path staging, Optional<UsedLock> lock) {
        this.request = request;
        this.listener = listener;
        this.board = board;
        this.release = new ReleaseFiles(staging, board.name(), request.version());
        this.layout = layout(board);
        this.results = request.kept().results();
        this.lock = lock;
    }

    /**
     * Builds what {@code request} says.
     *
     * @return the release, under its final name
     * @throws BuildException if it cannot be built; nothing is left behind then
     */
    public static ReleaseFiles run(BuildRequest request, BuildListener listener)
            throws BuildException, InterruptedException {
        try {
            listener.step("board");
            var board = BoardReader.read(request.board());
            checkVersion(request.version());
            // All root hashes have one length, so what is too long is known before anything is downloaded.
            KernelCommandLine.of("0".repeat(ROOT_HASH_DIGITS), board);
            checkOptions(request, board);
            checkDeltas(request, board);
            var lock = lock(request, board);
            listener.result(board.name() + " " + request.version() + ": "
                    + board.sources().stream()
                            .map(source -> describe(source, board))
                            .collect(Collectors.joining(", "))
                    + lock.map(used -> ", all locked by " + used.file()).orElse(""));
            var target = request.output().resolve(board.name()).resolve(request.version());
            try (var staging = StagingFolder.forTarget(target)) {
                new ImageBuild(request, listener, board, staging.path(), lock).build();
                listener.doing("writing everything to the disk");
                staging.publish();
            }
            request.kept().prune();
            return new ReleaseFiles(target, board.name(), request.version());
        } catch (IOException e) {
            throw explain(e, request);
        }
    }

    /** {@return what {@link #run} would do; the board, the version and the target are checked in the same way} */
    public static BuildPlan plan(BuildRequest request) throws BuildException, InterruptedException {
        try {
            var board = BoardReader.read(request.board());
            checkVersion(request.version());
            var target = request.output().resolve(board.name()).resolve(request.version());
            StagingFolder.checkFree(target);
            checkOptions(request, board);
            checkDeltas(request, board);
            var lock = lock(request, board);
            if (lock.isPresent()) {
                lock.get().checkPrevious(PreviousImages.describe(request.previous()));
            }
            // With a lock they are only asked if a package is missing, and need not be known.
            var mirrors = lock.isPresent() ? request.mirrors() : mirrors(request, board);
            var layout = layout(board);
            return new BuildPlan(
                    board.name(),
                    request.version(),
                    target.toString(),
                    board.sources().stream().map(Source::describe).toList(),
                    board.debian().map(Board.Debian::suite).orElse(""),
                    mirrors.stream()
                            .flatMap(found -> Stream.concat(Stream.of(found.main()), found.security().stream()))
                            .map(URI::toString)
                            .toList(),
                    board.debian().map(Board.Debian::packages).orElse(List.of()),
                    layout.imageSize().bytes(),
                    layout.minimumDiskSize().bytes(),
                    request.signing().stream()
                            .flatMap(signing -> signing.signers().stream())
                            .map(Signer::keyId)
                            .map(KeyId::toString)
                            .toList(),
                    request.signing()
                            .map(signing -> signing.expires().toString())
                            .orElse(""),
                    Stream.concat(Stream.of(OutputFormat.RAW), request.exports().stream())
                            .map(OutputFormat::toString)
                            .toList());
        } catch (IOException e) {
            throw explain(e, request);
        }
    }

    private static String describe(Source source, Board board) {
        return source instanceof Source.Packages && board.debian().isPresent()
                ? board.debian().get().packages().size() + " packages of Debian "
                        + board.debian().get().suite()
                : source.describe();
    }

    private static void checkOptions(BuildRequest request, Board board) throws BuildException {
        if (board.debian().isEmpty()
                && (request.packagesTar().isPresent() || request.mirrors().isPresent())) {
            throw BuildException.badInput(
                    "the board has no Debian packages among its sources, so there is no use for a mirror or a tar of them",
                    "leave out --mirror and --packages-tar; a tar as a source is named in board.yaml");
        }
    }

    /** Everything that is wrong with earlier releases, before anything is built. */
    private static void checkDeltas(BuildRequest request, Board board) throws BuildException, IOException {
        if (!request.deltaFrom().isEmpty() && request.signing().isEmpty()) {
            throw BuildException.badInput("a delta is signed, and no key was given", "give --key, too");
        }
        var versions = new HashSet<String>();
        for (var folder : request.deltaFrom()) {
            try (var old = ReleaseParts.open(folder)) {
                var version = old.release().version().text();
                if (!old.release().board().equals(board.name()) || version.equals(request.version())) {
                    throw BuildException.badInput(
                            folder + " is release " + version + " of the board '"
                                    + old.release().board()
                                    + "': there is no delta from there to " + request.version() + " of '" + board.name()
                                    + "'",
                            "give an earlier release of the same board");
                }
                if (!versions.add(version)) {
                    throw BuildException.badInput(
                            folder + " is release " + version + ", from which there is a delta already",
                            "give each release once");
                }
            }
        }
    }

    private static Optional<UsedLock> lock(BuildRequest request, Board board) throws BuildException, IOException {
        if (request.lock().isEmpty()) {
            return Optional.empty();
        }
        if (request.packagesTar().isPresent()) {
            throw BuildException.badInput(
                    "nobody knows whether a tar of packages has what the lock says",
                    "leave out --packages-tar; with a lock packages are in the cache anyway");
        }
        return Optional.of(UsedLock.open(request.lock().get(), request, board));
    }

    /** {@return where the board's packages come from, if it has any} */
    private static Optional<AptMirrors> mirrors(BuildRequest request, Board board)
            throws BuildException, IOException, InterruptedException {
        if (board.debian().isEmpty()) {
            return Optional.empty();
        }
        return request.mirrors().isPresent() ? request.mirrors() : Optional.of(AptMirrors.ofThisMachine());
    }

    private static DiskLayout layout(Board board) {
        var sizes = board.sizes();
        return new DiskLayout(
                Architecture.X86_64, SectorSize.B512, DiskSizes.of(sizes.esp(), sizes.usr(), sizes.stateMinimum()));
    }

    private static void checkVersion(String version) throws BuildException {
        if (!Version.isValid(version)) {
            throw BuildException.badInput(
                    "'" + version + "' cannot be a version",
                    "64 characters at most: letters, digits, dots, dashes, ~ and ^, like 1.0.0 or 1.1.0~rc1");
        }
    }

    private static BuildException explain(IOException e, BuildRequest request) {
        return BuildException.ofIo(
                e,
                request.output() + " and " + request.cache() + " need about 3 GiB",
                "free some space, or choose another --out and --cache");
    }

    private void build() throws BuildException, IOException, InterruptedException {
        listener.step("runtime");
        listener.doing("linking the engine's Java runtime");
        var previous = PreviousImages.describe(request.previous());
        if (lock.isPresent()) {
            lock.get().checkPrevious(previous);
        }
        var runtime = lock.isPresent() ? lock.get().runtime(request.cache()) : EngineRuntime.in(request.cache());
        listener.result("Java " + Runtime.version().feature());

        try (var spool = Spool.in(release.folder())) {
            var tree = image(packages(spool), runtime, spool);
            var initrd = PackedInitrd.begin(tree, board, results);
            var erofs = writeUsr(tree);
            // The same for all releases of a board, so that unchanged blocks keep their hashes.
            var salt = VeritySalt.of(Sha256Digest.newMessageDigest()
                    .digest(("dm-verity salt of " + board.name()).getBytes(StandardCharsets.UTF_8)));
            var rootHash = writeVerity(salt);
            var commandLine = KernelCommandLine.of(rootHash.hex(), board);
            writeUki(tree, initrd, commandLine);

            listener.step("disk");
            var disk =
                    DiskImage.write(release, layout, rootHash, DiskImage.bootLoader(tree.whole()), request.buildTime());
            listener.result(layout.imageSize() + ", ESP " + board.sizes().esp() + ", slot "
                    + board.sizes().usr());

            writePayload(erofs.encoderId());
            var deltas = writeDeltas(erofs.encoderId());
            var exports = writeExports();

            listener.step("release");
            ReleaseManifest.writePackages(release, tree.packages());
            ReleaseManifest.writeSbom(release, sbom(tree, rootHash));
            ReleaseManifest.writeRelease(
                    release,
                    new ReleaseManifest.Facts(
                            request.buildTime(),
                            rootHash.hex(),
                            salt.toString(),
                            erofs.encoderId(),
                            tree.kernel().release(),
                            commandLine,
                            tree.ids(),
                            new ReleaseManifest.Origin(
                                    lock.map(UsedLock::sha256),
                                    previous.stream()
                                            .map(image -> image.sha256().toString())
                                            .toList()),
                            Optional.of(disk)),
                    exports,
                    deltas,
                    request.signing());
        }
        ReleaseManifest.writeChecksums(release);
        listener.result("hashes of every file in release.json and SHA256SUMS");
    }

    private Sbom sbom(ImageTree tree, RootHash rootHash) throws IOException {
        return new Sbom(
                board.name(),
                request.version(),
                request.buildTime(),
                rootHash.hex(),
                OsRelease.parse(tree.osRelease()),
                tree.packages(),
                EngineParts.in(tree.usr()));
    }

    private List<Path> writeExports() throws BuildException, IOException {
        var exports = new ArrayList<Path>();
        for (var format : request.exports()) {
            listener.step(format.toString());
            try (var disk = FileBlockDevice.openReadOnly(release.disk())) {
                var size = ImageConverter.write(
                        disk,
                        release.export(format),
                        format,
                        new OutputOptions(OptionalInt.empty(), request.threads()),
                        listener);
                listener.result(new ByteCount(size).toString());
            }
            exports.add(release.export(format));
        }
        return exports;
    }

    private List<ReleaseManifest.Delta> writeDeltas(String encoderId) throws BuildException, IOException {
        var deltas = new ArrayList<ReleaseManifest.Delta>();
        for (var folder : request.deltaFrom()) {
            try (var old = ReleaseParts.open(folder)) {
                listener.step("delta");
                var version = old.release().version().text();
                var file = release.delta(version);
                var size = ReleasePayload.write(
                        release,
                        file,
                        Optional.of(old),
                        encoderId,
                        request.signing().orElseThrow().signers(),
                        request.threads(),
                        results,
                        (done, total) -> listener.doing("comparing with " + version + ": " + new ByteCount(done)
                                + " of " + new ByteCount(total)));
                deltas.add(new ReleaseManifest.Delta(file, old.release().rootHash()));
                listener.result("from " + version + ": " + size);
            } catch (IllegalArgumentException e) {
                throw new BuildException(
                        BuildException.Kind.BAD_INPUT,
                        "there is no delta from " + folder + ": " + e.getMessage(),
                        "build with --previous, or leave out that --delta-from",
                        e);
            }
        }
        return deltas;
    }

    private void writePayload(String encoderId) throws IOException {
        listener.step("payload");
        if (request.signing().isEmpty()) {
            listener.result("NOT SIGNED, so there is none: hosts will not take this release as an update");
            return;
        }
        var signing = request.signing().get();
        var size = ReleasePayload.write(
                release,
                release.payload(),
                Optional.empty(),
                encoderId,
                signing.signers(),
                request.threads(),
                results,
                (done, total) -> listener.doing("compressing " + new ByteCount(done) + " of " + new ByteCount(total)));
        listener.result(size + ", signed by " + signing.signers().size() + " key"
                + (signing.signers().size() == 1 ? "" : "s") + ", hosts take it until " + signing.expires());
    }

    /** Tells the image what it is and whom to trust, where the engine looks for it. */
    private void describe(FileTree usr) throws IOException {
        usr.putFile(BOARD_JSON, 0644, ReleaseManifest.board(release, request.buildTime()));
        if (request.signing().isPresent()) {
            usr.putFile(KEYRING_JSON, 0644, request.signing().get().keyringJson());
        }
    }

    private FileTree packages(Spool spool) throws BuildException, IOException, InterruptedException {
        listener.step("packages");
        var inputs = new SourceStack.Inputs(request.kept(), request.packagesTar(), request.buildTime());
        if (lock.isPresent()) {
            try (var locked = new LockedSources(
                    lock.get().lock(),
                    board,
                    request.kept().packages(),
                    () -> mirrors(request, board).orElseThrow(),
                    listener)) {
                return new SourceStack(board, locked, inputs, spool, listener).read();
            }
        }
        var order = mirrors(request, board).map(found -> PackageOrder.ofToday(board, found, request.keyring()));
        return new SourceStack(board, new SourcesOfToday(order), inputs, spool, listener).read();
    }

    private ImageTree image(FileTree packages, Path runtime, Spool spool) throws BuildException, IOException {
        listener.step("tree");
        var tree = ImageTree.prepare(
                packages,
                board,
                request.version(),
                layout.sizes().usrVerity(),
                runtime,
                request.engine(),
                spool,
                results);
        if (lock.isPresent()) {
            lock.get().checkIds(tree.ids());
        }
        describe(tree.usr());
        listener.result(tree.packages().size() + " packages, kernel "
                + tree.kernel().release()
                + (tree.decompressed() > 0 ? ", " + tree.decompressed() + " compressed files stored plain" : "")
                + (request.engine().isPresent() ? "" : ", WITHOUT the update engine"));
        return tree;
    }

    private ErofsImage writeUsr(ImageTree tree) throws BuildException, IOException {
        listener.step("usr");
        var chosen = board.compression();
        var compression = switch (chosen.codec()) {
            case ZSTD -> new Compression.Zstd(chosen.level(), chosen.extent());
            case LZ4HC -> new Compression.Lz4Hc(chosen.level(), chosen.extent());
            case LZMA -> new Compression.Lzma(chosen.level(), chosen.extent());
            case NONE -> new Compression.None();
        };
        var options = new ErofsOptions(
                UUID.fromString(Guid.nameBased("erofs/" + board.name()).toString()),
                "usr",
                request.buildTime(),
                compression,
                request.threads());
        ErofsImage image;
        try (var previous = PreviousImages.open(request.previous())) {
            image = ErofsWriter.write(
                    tree.usr(),
                    options,
                    previous.fileSystems(),
                    results,
                    release.folder(),
                    release.usr(),
                    (done, total) ->
                            listener.doing("compressing " + new ByteCount(done) + " of " + new ByteCount(total)));
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    "a previous image is damaged: " + e.getMessage(),
                    "compare it with its SHA256SUMS, or build without --previous",
                    e);
        } catch (IllegalArgumentException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT, "/usr cannot be an EROFS image: " + e.getMessage(), "", e);
        }
        var slot = board.sizes().usr();
        if (image.size().compareTo(slot) > 0) {
            throw BuildException.badInput(
                    board.origin("sizes.usr") + ": sizes.usr: /usr is "
                            + DiskImage.excess(image.size(), slot) + ". Its largest files, before compression:\n  "
                            + String.join("\n  ", tree.largestFiles(LARGEST_FILES)),
                    "leave out packages or files, or make the slot larger; it cannot grow on hosts that exist");
        }
        listener.result(image.contentBytes() + " in " + image.inodes() + " files -> " + image.size());
        image.changes().ifPresent(changes -> listener.result(describe(changes)));
        return image;
    }

    private static String describe(Changes changes) {
        return changes.changed() + " blocks of 4 KiB differ from the previous image: " + changes.contents()
                + " of files that are new or have changed, " + changes.metadata() + " of inodes and directories, "
                + changes.moved() + " that moved, " + changes.freed() + " that became free; " + changes.holes()
                + " free ones in all";
    }

    private RootHash writeVerity(VeritySalt salt) throws IOException {
        listener.step("verity");
        try (var data = FileBlockDevice.openReadOnly(release.usr());
                var hashes = FileBlockDevice.create(release.verity(), VerityWriter.hashSize(data.size()))) {
            var uuid = UUID.fromString(Guid.nameBased("verity/" + board.name()).toString());
            var rootHash = VerityWriter.write(data, hashes, uuid, salt, request.threads());
            listener.result(
                    hashes.size() + " of hashes, root hash " + rootHash.hex().substring(0, ROOT_HASH_SHOWN) + "...");
            return rootHash;
        }
    }

    private void writeUki(ImageTree tree, PackedInitrd initrd, String commandLine) throws BuildException, IOException {
        listener.step("uki");
        listener.doing("compressing the initrd");
        var packed = initrd.await();
        var stub = tree.whole()
                .file(STUB)
                .orElseThrow(() -> BuildException.badInput(
                        "the tree has no /" + STUB, "add systemd-boot-efi to the packages in board.yaml"))
                .content();
        var uki = new Uki(
                stub,
                tree.kernel().image(),
                Content.of(packed),
                tree.osRelease(),
                commandLine,
                tree.kernel().release());
        Files.write(release.uki(), UkiWriter.write(uki));
        listener.result(new ByteCount(Files.size(release.uki())) + ": kernel "
                + new ByteCount(tree.kernel().image().size()) + ", initrd " + new ByteCount(packed.length) + " of "
                + initrd.unpackedSize());
    }
}
