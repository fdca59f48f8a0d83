package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.GptReadResult;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.gpt.PartitionType;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a disk boots, from the partition table to the last block of {@code /usr}. It does in Java what the firmware (EDK II),
 * systemd-boot 257, the kernel's and systemd's initrd do, and shares no code with the engine that is judged by it.
 *
 * <p>Stricter than hosts: a good entry that does not come up is called bricked at once, although {@code boot-guard} would
 * demote it after three boots. Nothing of the engine's may need that net.
 */
public final class BootPath {
    public static final String ENTRIES = "EFI/Linux";

    /** What {@link #oddities} says of a disk with one whole copy of its partition table. */
    public static final List<String> BAD_TABLE = List.of("a copy of the partition table is bad");

    private static final String LOADER = "EFI/BOOT/BOOTX64.EFI";
    private static final SectorSize SECTORS = SectorSize.B512;
    private static final int MOST_BOOTS = 25;

    private final Sha256Digest loader;
    private final Map<Sha256Digest, KnownRelease> releases;
    private final Map<List<Object>, Optional<String>> slotProblems = new HashMap<>();
    private final FileDigests digests = new FileDigests();

    /**
     * @param loader the SHA-256 of systemd-boot on the ESP
     * @param releases that the host has been offered
     */
    public BootPath(Sha256Digest loader, Collection<KnownRelease> releases) {
        this.loader = loader;
        this.releases = releases.stream()
                .collect(Collectors.toMap(KnownRelease::uki, r -> r, (one, same) -> same, HashMap::new));
    }

    /** The host is offered another release. */
    public void offer(KnownRelease release) {
        releases.put(release.uki(), release);
    }

    /** What was found on the way to a choice. */
    private record Found(GptReadResult gpt, long espPosition, FatVolume esp, List<LoaderEntry> entries) {}

    /** Why there is nothing to choose from. */
    private static final class NothingThere extends IOException {
        NothingThere(String reason) {
            super(reason);
        }
    }

    /** {@return what the next boot would come to; nothing is changed} */
    public BootOutcome next(BlockDevice disk) {
        try {
            var found = look(disk);
            var entry = found.entries().getFirst();
            return start(disk, found, entry, entry.file());
        } catch (IOException e) {
            return new BootOutcome.Bricked(String.valueOf(e.getMessage()));
        }
    }

    /** Boots once: systemd-boot counts, by a change of name, and starts the entry. */
    public BootOutcome boot(BlockDevice disk) {
        try {
            var found = look(disk);
            var entry = found.entries().getFirst();
            var outcome = start(disk, found, entry, entry.counted() ? entry.nextName() : entry.file());
            if (entry.counted()) {
                rename(found.esp(), entry.file(), entry.nextName(), FatVolume.Placement.APPEND);
            }
            return outcome;
        } catch (IOException e) {
            return new BootOutcome.Bricked(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Boots until a boot succeeds, and blesses its entry, as systemd-bless-boot does.
     *
     * @param healthy which versions pass their health checks, if they come up
     * @return what is up in the end
     */
    public BootOutcome endsIn(BlockDevice disk, Predicate<String> healthy) {
        var last = "";
        for (var number = 0; number < MOST_BOOTS; number++) {
            switch (boot(disk)) {
                case BootOutcome.Boots boots -> {
                    if (healthy.test(boots.version())) {
                        return bless(disk, boots);
                    }
                    last = boots.file() + " comes up and is not healthy";
                }
                case BootOutcome.Fails fails -> {
                    if (!fails.counted()) {
                        return new BootOutcome.Bricked(
                                "the good entry " + fails.file() + " does not boot: " + fails.reason());
                    }
                    last = fails.file() + " does not boot: " + fails.reason();
                }
                case BootOutcome.Bricked bricked -> {
                    return bricked;
                }
            }
        }
        return new BootOutcome.Bricked("none of " + MOST_BOOTS + " boots came to an end; the last: " + last);
    }

    private BootOutcome bless(BlockDevice disk, BootOutcome.Boots boots) {
        try {
            var found = look(disk);
            found.esp().repair(ENTRIES);
            for (var entry : found.entries()) {
                if (entry.file().equals(boots.file()) && entry.counted()) {
                    rename(found.esp(), entry.file(), entry.blessedName(), FatVolume.Placement.FIRST_FIT);
                    return new BootOutcome.Boots(entry.blessedName(), boots.version(), boots.slot(), boots.rootHash());
                }
            }
            return boots;
        } catch (IOException e) {
            return new BootOutcome.Bricked("after " + boots.file() + " was up: " + e.getMessage());
        }
    }

    /** {@return how far a disk is from not booting} */
    public Margin margin(BlockDevice disk) {
        try {
            var found = look(disk);
            var up = found.entries().stream()
                    .map(entry -> start(disk, found, entry, entry.file()))
                    .filter(BootOutcome.Boots.class::isInstance)
                    .map(outcome -> ((BootOutcome.Boots) outcome).version())
                    .distinct()
                    .count();
            return new Margin((int) up, found.gpt().faults().isEmpty() ? 2 : 1);
        } catch (IOException e) {
            return new Margin(0, 0);
        }
    }

    /** {@return what on a disk is not as a finished piece of work leaves it, although it may boot} */
    public List<String> oddities(BlockDevice disk) {
        try {
            var found = look(disk);
            var odd = new ArrayList<String>();
            if (!found.gpt().faults().isEmpty()) {
                odd.addAll(BAD_TABLE);
            }
            var seen = new HashMap<Integer, String>();
            for (var file : found.esp().list(found.esp().directory(ENTRIES))) {
                if (file.first() == file.last()
                        && file.name().toLowerCase(Locale.ROOT).endsWith(".efi")) {
                    odd.add(file.name() + " lost its long name");
                }
                if (file.cluster() == 0) {
                    odd.add(file.name() + " is empty");
                } else if (seen.containsKey(file.cluster())) {
                    odd.add(file.name() + " has the clusters of " + seen.get(file.cluster()));
                }
                seen.put(file.cluster(), file.name());
            }
            return odd;
        } catch (IOException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private Found look(BlockDevice disk) throws IOException {
        var gpt = GptReader.read(disk, SECTORS);
        var partition = gpt.table().entries().values().stream()
                .filter(entry -> entry.type().equals(PartitionType.ESP.guid()))
                .findFirst()
                .orElseThrow(() -> new NothingThere("there is no EFI system partition"));
        var volume = gpt.table().open(disk, partition);
        var esp = FatVolume.open(volume);
        var reader = FatReader.open(volume);
        var program = reader.find(LOADER).orElseThrow(() -> new NothingThere("there is no " + LOADER));
        var position = partition.first().byteOffset(SECTORS);
        if (!digests.of(disk, position, esp.contents(program.firstCluster(), program.size()))
                .equals(loader)) {
            throw new NothingThere(LOADER + " is not whole");
        }
        var entries = new ArrayList<LoaderEntry>();
        for (var file : reader.list(ENTRIES)) {
            if (!file.directory() && file.size() > 0) {
                contents(esp, file.firstCluster(), file.size())
                        .flatMap(image -> LoaderEntry.of(file.name(), image))
                        .ifPresent(entries::add);
            }
        }
        if (entries.isEmpty()) {
            throw new NothingThere("systemd-boot finds no entry");
        }
        entries.sort(LoaderEntry.ORDER);
        return new Found(gpt, position, esp, entries);
    }

    private static Optional<BlockDevice> contents(FatVolume esp, int cluster, long size) {
        try {
            return Optional.of(esp.contents(cluster, size));
        } catch (IOException broken) {
            return Optional.empty();
        }
    }

    private BootOutcome start(BlockDevice disk, Found found, LoaderEntry entry, String file) {
        try {
            var release = releases.get(digests.of(disk, found.espPosition(), entry.image()));
            if (release == null) {
                return new BootOutcome.Fails(file, entry.counted(), "the kernel image is not whole");
            }
            var root = UkiReader.usrHash(entry.image());
            if (!root.equals(release.rootHash())) {
                return new BootOutcome.Fails(file, entry.counted(), "it looks for another /usr");
            }
            var table = found.gpt().table();
            var data = only(table, root.dataPartition(), PartitionType.USR_X86_64);
            var hashes = only(table, root.hashPartition(), PartitionType.USR_X86_64_VERITY);
            if (data.isEmpty() || hashes.isEmpty()) {
                return new BootOutcome.Fails(file, entry.counted(), "no partitions have the halves of its root hash");
            }
            var problem = slotProblem(disk, table, data.get(), hashes.get(), root);
            return problem.isPresent()
                    ? new BootOutcome.Fails(file, entry.counted(), problem.get())
                    : new BootOutcome.Boots(file, release.version(), slot(table, data.get()), root);
        } catch (IOException e) {
            return new BootOutcome.Fails(file, entry.counted(), String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> slotProblem(
            BlockDevice disk, GptTable table, PartitionEntry data, PartitionEntry hashes, RootHash root)
            throws IOException {
        if (!(disk instanceof Fingerprinted known)) {
            return VerityCheck.problem(table.open(disk, data), table.open(disk, hashes), root);
        }
        var key = List.<Object>of(known.family(), root, print(known, table, data), print(known, table, hashes));
        var before = slotProblems.get(key);
        if (before == null) {
            before = VerityCheck.problem(table.open(disk, data), table.open(disk, hashes), root);
            slotProblems.put(key, before);
        }
        return before;
    }

    private static List<Long> print(Fingerprinted disk, GptTable table, PartitionEntry entry) {
        var position = entry.first().byteOffset(SECTORS);
        return List.of(position, disk.fingerprint(position, table.size(entry).bytes()));
    }

    /** {@return the partition that udev finds by that PARTUUID; of two it would take either, which must not be} */
    private static Optional<PartitionEntry> only(GptTable table, Guid unique, PartitionType type) {
        var found = table.entries().values().stream()
                .filter(entry -> entry.unique().equals(unique))
                .toList();
        return found.size() == 1 && found.getFirst().type().equals(type.guid())
                ? Optional.of(found.getFirst())
                : Optional.empty();
    }

    private static Slot slot(GptTable table, PartitionEntry data) {
        var before = table.entries().values().stream()
                .anyMatch(entry ->
                        entry.type().equals(data.type()) && entry.first().compareTo(data.first()) < 0);
        return before ? Slot.B : Slot.A;
    }

    /** The name may be taken, on a disk that was torn: then nothing is changed, and both programs go on. */
    private static void rename(FatVolume esp, String from, String to, FatVolume.Placement placement)
            throws IOException {
        var directory = esp.directory(ENTRIES);
        if (esp.list(directory).stream().noneMatch(file -> file.name().equalsIgnoreCase(to))) {
            esp.rename(ENTRIES, from, to, placement);
        }
    }
}
