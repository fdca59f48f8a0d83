package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.Lba;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatContent;
import io.bascule.partitionlayout.fat.FatOptions;
import io.bascule.partitionlayout.fat.FatTree;
import io.bascule.partitionlayout.fat.FatWriter;
import io.bascule.partitionlayout.gpt.GptGeometry;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.partitionlayout.gpt.Guid;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.gpt.PartitionType;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import io.bascule.scenarios.bootpath.KnownRelease;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.UpdateEngine;
import io.bascule.updateengine.fixture.TestKeys;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.host.EngineLog;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.host.HostDisk;
import io.bascule.updateengine.host.ProcessRunner;
import io.bascule.updateengine.host.RunningSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A host whose whole disk is one block device: partition table, ESP with systemd-boot's stand-in and real kernel images, two
 * slots with real hash trees, STATE. The engine works on it by its own seams.
 *
 * <p>Of STATE only the partition is there. The engine's state stays a folder of the machine that runs this; its file system
 * is not cut, and a state of the disk is paired with the folder as it was at that moment. So nothing is said here about what
 * ext4 makes of a power cut; the engine asks of it only that a rename after fsync leaves the old file or the new one.
 */
public final class CrashHost {
    static final byte[] LOADER = loader();

    private static final long MIB = 1 << 20;
    private static final long ESP_SIZE = 36 * MIB;
    private static final long USR_SIZE = 256 << 10;
    private static final long VERITY_SIZE = 64 << 10;
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private final BlockDevice disk;
    private final Path folder;
    private final BootPath path;
    private final Consumer<String> marks;
    private VfatEsp.Syncing syncing;
    private String running = "";
    private int boots;

    /** @param folder for the engine's state and its lock */
    public CrashHost(BlockDevice disk, Path folder, BootPath path, Consumer<String> marks) {
        this.disk = disk;
        this.folder = folder;
        this.path = path;
        this.marks = marks;
        this.syncing = VfatEsp.Syncing.FILE_AND_FOLDER;
    }

    /** From now on fsync does this on the ESP. */
    void setSyncing(VfatEsp.Syncing changed) {
        syncing = changed;
    }

    /**
     * {@return a new disk with a release in slot A}
     *
     * @param filler small files that stand before the entries in their folder, so that names of these lie differently on
     *     sectors
     */
    public static MemoryBlockDevice install(TestRelease release, int filler) throws IOException {
        var entries = new TreeMap<Integer, PartitionEntry>();
        var at = MIB;
        at = add(entries, PartitionType.ESP, "ESP", Guid.nameBased("esp"), at, ESP_SIZE);
        at = add(entries, PartitionType.USR_X86_64, "USR-A", release.rootHash().dataPartition(), at, USR_SIZE);
        at = add(
                entries,
                PartitionType.USR_X86_64_VERITY,
                "USR-A-verity",
                release.rootHash().hashPartition(),
                at,
                VERITY_SIZE);
        at = add(entries, PartitionType.USR_X86_64, "USR-B", Guid.nameBased("usr b"), at, USR_SIZE);
        at = add(entries, PartitionType.USR_X86_64_VERITY, "USR-B-verity", Guid.nameBased("verity b"), at, VERITY_SIZE);
        at = add(entries, PartitionType.VAR, "STATE", Guid.nameBased("state"), at, VERITY_SIZE);
        var size = at + MIB;
        var disk = new MemoryBlockDevice((int) size);
        var table = new GptTable(GptGeometry.of(SectorSize.B512, new ByteCount(size)), Guid.nameBased("disk"), entries);
        GptWriter.create(disk, table);
        table.open(disk, table.entry(2)).write(0, ByteBuffer.wrap(release.usr()));
        table.open(disk, table.entry(3)).write(0, ByteBuffer.wrap(release.verity()));
        var tree = new FatTree();
        tree.addFile("EFI/BOOT/BOOTX64.EFI", FatContent.of(LOADER));
        for (var i = 0; i < filler; i++) {
            tree.addFile(BootPath.ENTRIES + "/A" + i, FatContent.of(new byte[1]));
        }
        tree.addFile(BootPath.ENTRIES + "/" + release.entry(""), FatContent.of(release.uki()));
        FatWriter.write(
                table.open(disk, table.entry(1)),
                tree,
                new FatOptions("ESP", 1, Instant.parse("2026-01-01T00:00:00Z"), MIB / 512, SectorSize.B512));
        return disk;
    }

    private static byte[] loader() {
        var bytes = new byte[20_000];
        Arrays.fill(bytes, (byte) 'b');
        return bytes;
    }

    private static long add(
            Map<Integer, PartitionEntry> entries, PartitionType type, String label, Guid unique, long at, long size) {
        entries.put(
                entries.size() + 1,
                new PartitionEntry(type.guid(), unique, new Lba(at / 512), new Lba((at + size) / 512 - 1), 0, label));
        return at + size;
    }

    /** {@return the model that knows these releases} */
    public static BootPath bootPath(Stream<String> versions) {
        var known =
                versions.map(version -> Releases.known(Releases.of(version))).toArray(KnownRelease[]::new);
        return new BootPath(Sha256Digest.ofContent(LOADER), Arrays.asList(known));
    }

    /** Restarts once. {@return what came up} */
    BootOutcome boot() {
        var outcome = path.boot(disk);
        came(outcome);
        return outcome;
    }

    /** Restarts until something is up and healthy, which systemd-bless-boot then blesses. {@return what came up} */
    BootOutcome bootToTheEnd() {
        return bootToTheEnd(version -> true);
    }

    /** Restarts until something is up that passes its health checks. */
    public BootOutcome bootToTheEnd(Predicate<String> healthy) {
        var outcome = path.endsIn(disk, healthy);
        came(outcome);
        return outcome;
    }

    private void came(BootOutcome outcome) {
        boots++;
        running = outcome instanceof BootOutcome.Boots up ? up.version() : "";
    }

    public String running() {
        return running;
    }

    public Path stateFolder() {
        return folder.resolve("state");
    }

    public UpdateEngine engine() throws IOException {
        if (running.isEmpty()) {
            throw new IOException("nothing is up on this host");
        }
        Files.createDirectories(folder);
        var keyring = folder.resolve("keyring.json");
        if (!Files.exists(keyring)) {
            Files.writeString(keyring, TestKeys.keyring(1, TestKeys.TRUSTED).toJson());
        }
        var release = Releases.of(running);
        var table = GptReader.read(disk, SectorSize.B512).table();
        return new UpdateEngine(new Host(
                new RunningSystem(
                        TestRelease.BOARD,
                        Version.parse(running),
                        Architecture.X86_64,
                        release.rootHash(),
                        Instant.parse(TestRelease.BUILD_TIME),
                        "boot-" + boots,
                        new Disk()),
                new VfatEsp(table.open(disk, table.entry(1)), marks, syncing),
                () -> NOW,
                (command, limit) -> new ProcessRunner.Result(0, ""),
                new Log(),
                keyring,
                stateFolder(),
                folder.resolve("run")));
    }

    private final class Disk implements HostDisk {
        @Override
        public String name() {
            return "/dev/crash";
        }

        @Override
        public SectorSize sectorSize() {
            return SectorSize.B512;
        }

        @Override
        public BlockDevice openTable() {
            return disk.slice(0, disk.size().bytes());
        }

        @Override
        public BlockDevice openPartition(GptTable table, int number) {
            return table.open(disk, table.entry(number));
        }

        /** A write would be recorded, and seen by the model of the boot path. */
        @Override
        public BlockDevice openPartitionReadOnly(GptTable table, int number) {
            return openPartition(table, number);
        }
    }

    private final class Log implements EngineLog {
        @Override
        public void event(String line) {
            marks.accept("event: " + line);
        }

        @Override
        public void alarm(String line) {
            marks.accept("alarm: " + line);
        }

        @Override
        public void step(String what) {
            marks.accept("step: " + what);
        }

        @Override
        public void progress(long done, long total) {}
    }
}
