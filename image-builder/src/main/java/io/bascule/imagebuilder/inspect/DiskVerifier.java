package io.bascule.imagebuilder.inspect;

import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.erofs.ErofsFacts;
import io.bascule.imagebuilder.verity.VerityVerdict;
import io.bascule.imagebuilder.verity.VerityVerifier;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.fat.FatEntry;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks every hash and checksum in a disk: both copies of the partition table, the file system of the ESP and all its
 * files, each UKI, and for each slot that a UKI names the whole tree of dm-verity. With a release that a trusted key signed
 * it also says where they come from; without one they only belong together.
 */
public final class DiskVerifier {
    private static final Set<String> SECTIONS = Set.of(".linux", ".initrd", ".cmdline", ".osrel", ".uname");
    private static final int BLOCK = 4096;
    private static final int MAX_DEPTH = 32;
    private static final int BUFFER = 1 << 20;

    private final BlockDevice disk;
    private final Optional<Release> release;
    private final int threads;
    private final BuildListener listener;
    private final List<Check> checks = new ArrayList<>();

    private DiskVerifier(BlockDevice disk, Optional<Release> release, int threads, BuildListener listener) {
        this.disk = disk;
        this.release = release;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * {@return all that was checked, in the order of the checks; something is wrong if one has failed}
     *
     * @param release what a trusted key said; empty if there is none
     * @param threads how many threads hash, from 1
     */
    public static List<Check> verify(BlockDevice disk, Optional<Release> release, int threads, BuildListener listener)
            throws IOException {
        var verifier = new DiskVerifier(disk, release, threads, listener);
        verifier.run();
        return List.copyOf(verifier.checks);
    }

    private void run() throws IOException {
        listener.step("table");
        DiskView view;
        try {
            view = DiskView.open(disk);
        } catch (MalformedFormatException e) {
            checks.add(failed("partition table", Check.Level.CHECKSUM, e, 0));
            listener.result("none");
            return;
        }
        checkTable(view);
        listener.result(view.table().entries().size() + " partitions");
        listener.step("esp");
        var named = new HashMap<RootHash, String>();
        var partition = view.espPartition();
        if (partition.isEmpty()) {
            checks.add(Check.failed("ESP", Check.Level.STRUCTURE, "there is no EFI system partition", null));
        } else {
            checkEsp(view, partition.get(), named);
        }
        listener.result(named.size() + " kernel images with a /usr");
        checkSlots(view, named);
    }

    private static Check failed(String subject, Check.Level level, MalformedFormatException e, long base) {
        return Check.failed(subject, level, String.valueOf(e.getMessage()), base + e.byteOffset());
    }

    private void checkTable(DiskView view) {
        var faults = view.gpt().faults();
        for (var fault : faults) {
            checks.add(
                    fault instanceof MalformedFormatException malformed
                            ? failed("partition table", Check.Level.CHECKSUM, malformed, 0)
                            : Check.failed(
                                    "partition table", Check.Level.CHECKSUM, String.valueOf(fault.getMessage()), null));
        }
        if (faults.isEmpty()) {
            checks.add(Check.ok(
                    "partition table", Check.Level.CHECKSUM, "both copies have the right CRC-32 and are the same"));
        }
        for (var entry : view.table().entries().entrySet()) {
            var end = view.offset(entry.getValue())
                    + view.table().size(entry.getValue()).bytes();
            if (end > disk.size().bytes()) {
                checks.add(Check.failed(
                        "partition " + entry.getKey(),
                        Check.Level.STRUCTURE,
                        "it goes beyond the end of the disk",
                        disk.size().bytes()));
            }
        }
    }

    private void checkEsp(DiskView view, PartitionEntry partition, Map<RootHash, String> named) throws IOException {
        var base = view.offset(partition);
        try {
            var volume = FatReader.open(view.open(partition));
            var files = readAll(volume, volume.root(), 0);
            checks.add(
                    Check.ok("ESP", Check.Level.STRUCTURE, "all of its " + files + " files and folders can be read"));
            for (var image : DiskView.images(volume)) {
                checkUki(image, named);
            }
        } catch (MalformedFormatException e) {
            checks.add(failed("ESP", Check.Level.STRUCTURE, e, base));
        }
    }

    private int readAll(FatReader volume, FatEntry entry, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new MalformedFormatException(
                    "FAT", "directory", 0, "folders are nested more than " + MAX_DEPTH + " deep");
        }
        if (!entry.directory()) {
            try (var in = volume.open(entry)) {
                var buffer = new byte[BUFFER];
                while (in.read(buffer) >= 0) {
                    listener.doing("reading " + entry.name());
                }
            }
            return 1;
        }
        var files = depth == 0 ? 0 : 1;
        for (var child : volume.list(entry)) {
            files += readAll(volume, child, depth + 1);
        }
        return files;
    }

    private void checkUki(DiskView.EspImage image, Map<RootHash, String> named) throws IOException {
        var path = image.path();
        try {
            checks.add(sections(path, image.device()));
            named.put(UkiReader.usrHash(image.device()), path);
        } catch (MalformedFormatException e) {
            checks.add(Check.failed(path, Check.Level.STRUCTURE, e.getMessage() + " of the file", null));
        }
        if (release.isPresent()) {
            checkOrigin(image, release.get());
        }
    }

    /** {@return whether a UKI has the sections that it boots with} */
    static Check sections(String name, BlockDevice image) throws IOException {
        var header = UkiReader.header(image);
        var missing = SECTIONS.stream()
                .filter(section -> header.sections().stream()
                        .noneMatch(there -> there.name().equals(section)))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            return Check.failed(name, Check.Level.STRUCTURE, "a UKI without " + missing, null);
        }
        return Check.ok(
                name,
                Check.Level.STRUCTURE,
                "a UKI with all of its sections"
                        + (header.signed() ? "; it has an Authenticode signature, which was not verified" : ""));
    }

    private void checkOrigin(DiskView.EspImage image, Release signed) throws IOException {
        var expected = signed.file(FileKind.UKI).orElseThrow().sha256();
        checks.add(
                digest(image.device()).equals(expected)
                        ? Check.ok(
                                image.path(),
                                Check.Level.ORIGIN,
                                "it is the UKI of " + signed.board() + " " + signed.version()
                                        + ", whose release.json a trusted key signed")
                        : Check.failed(
                                image.path(),
                                Check.Level.ORIGIN,
                                "it is not the UKI of " + signed.board() + " " + signed.version(),
                                null));
    }

    private static Sha256Digest digest(BlockDevice device) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var file = (FatFileDevice) device;
        try (var in = file.volume().open(file.file())) {
            var buffer = new byte[BUFFER];
            for (int count; (count = in.read(buffer)) >= 0; ) {
                digest.update(ByteBuffer.wrap(buffer, 0, count));
            }
        }
        return Sha256Digest.of(digest.digest());
    }

    private void checkSlots(DiskView view, Map<RootHash, String> named) throws IOException {
        var slots = view.slots();
        var found = slots.stream().map(DiskView.SlotPair::rootHash).collect(Collectors.toSet());
        for (var entry : named.entrySet()) {
            if (!found.contains(entry.getKey())) {
                checks.add(Check.failed(
                        entry.getValue(),
                        Check.Level.CONSISTENCY,
                        "it starts the /usr with root hash " + entry.getKey().hex()
                                + ", and no slot has the PARTUUIDs that this makes",
                        null));
            }
        }
        for (var slot : slots) {
            var name = "slot " + slot.slot();
            var entry = named.get(slot.rootHash());
            if (entry == null) {
                checks.add(Check.notChecked(
                        name,
                        Check.Level.CONSISTENCY,
                        "no kernel image on the ESP names its root hash: it is not in use"));
                continue;
            }
            listener.step(name);
            checkSuperblock(view, slot, name);
            checkTree(view, slot, name, entry);
            checkOrigin(slot, name);
            listener.result(new ByteCount(view.table().size(slot.usr()).bytes()) + " against "
                    + slot.rootHash().hex().substring(0, 16) + "...");
        }
    }

    private void checkSuperblock(DiskView view, DiskView.SlotPair slot, String name) throws IOException {
        var base = view.offset(slot.usr());
        try {
            checks.add(superblock(name, view.open(slot.usr()), base));
        } catch (MalformedFormatException e) {
            checks.add(failed(name, Check.Level.CHECKSUM, e, base));
        }
    }

    /** {@return whether the superblock of an EROFS image, which begins at {@code base}, has the checksum it says} */
    static Check superblock(String name, BlockDevice image, long base) throws IOException {
        return switch (ErofsFacts.read(image).checksum()) {
            case RIGHT -> Check.ok(name, Check.Level.CHECKSUM, "the superblock of its EROFS has the right CRC-32C");
            case ABSENT -> Check.notChecked(name, Check.Level.CHECKSUM, "the superblock of its EROFS has no checksum");
            case WRONG ->
                Check.failed(
                        name,
                        Check.Level.CHECKSUM,
                        "the superblock of its EROFS has another CRC-32C than it says",
                        base + ErofsFacts.OFFSET);
        };
    }

    private void checkTree(DiskView view, DiskView.SlotPair slot, String name, String entry) throws IOException {
        try {
            listener.doing("hashing every block");
            var verdict =
                    VerityVerifier.verify(view.open(slot.usr()), view.open(slot.verity()), slot.rootHash(), threads);
            checks.add(
                    switch (verdict) {
                        case VerityVerdict.Intact intact ->
                            Check.ok(
                                    name,
                                    Check.Level.CONSISTENCY,
                                    "every block leads up to the root hash in " + entry + " and in the PARTUUIDs");
                        case VerityVerdict.BadDataBlock bad ->
                            bad(
                                    name,
                                    "block " + bad.block() + " of /usr is not what its hash says",
                                    bad.block(),
                                    view,
                                    slot.usr());
                        case VerityVerdict.BadHashBlock bad ->
                            bad(
                                    name,
                                    "block " + bad.block() + " of the hashes is not what is above it",
                                    bad.block(),
                                    view,
                                    slot.verity());
                    });
        } catch (MalformedFormatException e) {
            checks.add(failed(name, Check.Level.CONSISTENCY, e, view.offset(slot.verity())));
        }
    }

    private static Check bad(String name, String what, long block, DiskView view, PartitionEntry partition) {
        return Check.failed(name, Check.Level.CONSISTENCY, what, view.offset(partition) + block * BLOCK);
    }

    private void checkOrigin(DiskView.SlotPair slot, String name) {
        if (release.isEmpty()) {
            checks.add(Check.notChecked(
                    name,
                    Check.Level.ORIGIN,
                    "nothing signed names its root hash, so all fits together and may still be anybody's"));
            return;
        }
        var signed = release.get();
        checks.add(
                signed.rootHash().equals(slot.rootHash().hex())
                        ? Check.ok(
                                name,
                                Check.Level.ORIGIN,
                                "its root hash is that of " + signed.board() + " " + signed.version()
                                        + ", whose release.json a trusted key signed")
                        : Check.failed(
                                name,
                                Check.Level.ORIGIN,
                                "the signed root hash of " + signed.board() + " " + signed.version() + " is "
                                        + signed.rootHash(),
                                null));
    }
}
