package io.bascule.updateengine;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.gpt.GptReadResult;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.GptWriter;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.payload.ContentHash;
import io.bascule.payload.DigestMismatchException;
import io.bascule.payload.PartitionUpdate;
import io.bascule.payload.PayloadApplier;
import io.bascule.payload.PayloadException;
import io.bascule.payload.PayloadProgress;
import io.bascule.payload.SourceMismatchException;
import io.bascule.payload.TargetMismatchException;
import io.bascule.payload.UntrustedSignatureException;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseFile;
import io.bascule.updateengine.boot.BootControl;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.slot.SlotTable;
import io.bascule.updateengine.source.ReleaseSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a release to the slot that does not run. Before its first write nothing can boot that slot any more, and nothing
 * can until every byte was read back from the disk: first its boot entry goes, then label and PARTUUIDs say that it is
 * partial, then it is written and read back, then the marks say what is in it. The boot entry comes after all this, from
 * {@link BootSwitch}.
 */
final class Installation {
    static final String USR = "usr";
    static final String USR_VERITY = "usr-verity";
    static final String UKI = "uki";

    private static final Map<String, FileKind> PARTITIONS =
            Map.of(USR, FileKind.USR, USR_VERITY, FileKind.USR_VERITY, UKI, FileKind.UKI);

    private final Host host;
    private final HostSnapshot snapshot;
    private final Release release;
    private final String incoming;
    private boolean hasBegun;

    Installation(Host host, HostSnapshot snapshot, Release release) {
        this.host = host;
        this.snapshot = snapshot;
        this.release = release;
        this.incoming = BootControl.incomingName(BootEntry.good(release.board(), release.version()));
    }

    /**
     * How a release came.
     *
     * @param payload the file that it was made from
     * @param deltaProblem why it is not the delta, if there was one
     */
    record Installed(ReleaseFile payload, Optional<String> deltaProblem) {
        /** {@return the same for people, to be continued after what was installed and where} */
        String detail() {
            if (payload.kind() == FileKind.DELTA) {
                return ", as a delta of " + new ByteCount(payload.size());
            }
            return deltaProblem
                    .map(problem -> ", as a full payload, because the delta did not do: " + problem)
                    .orElse("");
        }
    }

    /**
     * Writes the release, up to but without its boot entry: from its delta for this host's release if it has one, and if
     * that does not work for whatever reason, from its full payload.
     *
     * @param begun called once, when a payload's signed metadata were found right and before anything is written
     */
    Installed run(ReleaseSource source, TrustedKeys keys, BeforeWriting begun) throws IOException {
        var full = Preflight.file(release, FileKind.PAYLOAD);
        var delta = release.deltaFrom(host.running().rootHash().hex());
        if (delta.isEmpty()) {
            install(source, full, keys, begun);
            return new Installed(full, Optional.empty());
        }
        try {
            install(source, delta.get(), keys, begun);
            return new Installed(delta.get(), Optional.empty());
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            // Errors, too: a delta may need more memory, and a library, than the full payload.
            var problem = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
            host.log().event("delta payload " + delta.get().name() + " does not do: " + problem);
            host.log().event("taking the full payload");
            install(source, full, keys, begun);
            return new Installed(full, Optional.of(problem));
        }
    }

    private void install(ReleaseSource source, ReleaseFile file, TrustedKeys keys, BeforeWriting begun)
            throws IOException {
        host.log().step("reading the payload's metadata");
        try (var in = source.open(file.name(), file.size())) {
            var applier = PayloadApplier.open(in, keys);
            for (var partition : applier.manifest().partitions()) {
                checkBelongs(partition);
            }
            if (applier.manifest().partitions().size() != PARTITIONS.size()) {
                throw mismatch(
                        "it has " + applier.manifest().partitions().size() + " partitions, not " + PARTITIONS.size());
            }
            if (!hasBegun) {
                begun.run();
                hasBegun = true;
            }
            invalidate();
            try {
                write(applier);
                checkUki();
                markComplete();
            } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
                discard(e);
                throw e;
            }
        } catch (PayloadException | MalformedFormatException e) {
            throw explain(e);
        }
    }

    /** Saves what is about to happen. */
    @FunctionalInterface
    interface BeforeWriting {
        void run() throws IOException;
    }

    /** What the payload writes must be what the signed release.json names: a payload of another release is signed, too. */
    private void checkBelongs(PartitionUpdate partition) throws EngineException {
        var kind = PARTITIONS.get(partition.name());
        if (kind == null) {
            throw mismatch("it writes a partition '" + partition.name() + "'");
        }
        var expected = Preflight.file(release, kind);
        if (!partition.hash().equals(expected.sha256()) || partition.size().bytes() != expected.size()) {
            throw mismatch("its '" + partition.name() + "' has SHA-256 " + partition.hash() + " and "
                    + partition.size().bytes() + " bytes, not " + expected.sha256() + " and " + expected.size());
        }
    }

    private EngineException mismatch(String problem) {
        return new EngineException(
                Problem.MISMATCH,
                "the payload is not that of release " + release.version().text() + ": " + problem,
                "the files of two releases were mixed: upload the release again");
    }

    private void invalidate() throws IOException {
        host.log().step("clearing slot " + snapshot.target().slot());
        for (var entry : snapshot.others()) {
            host.esp().delete(entry.fileName());
            host.log().event("boot entry " + entry.fileName() + " deleted");
        }
        for (var leftover : snapshot.incoming()) {
            host.esp().delete(leftover);
        }
        updateTable(slots -> slots.withPartial(snapshot.target().slot()));
    }

    private void write(PayloadApplier applier) throws IOException {
        var table = snapshot.found().table();
        var disk = host.running().disk();
        host.log().step("writing slot " + snapshot.target().slot());
        try (var usr = disk.openPartition(table, snapshot.target().usr());
                var verity = disk.openPartition(table, snapshot.target().verity());
                var uki = createUki()) {
            var targets = new LinkedHashMap<String, BlockDevice>();
            targets.put(USR, usr);
            targets.put(USR_VERITY, verity);
            targets.put(UKI, uki);
            var progress = new PayloadProgress() {
                private boolean reading;

                @Override
                public void blocks(long done, long total) {
                    host.log().progress(done, total);
                }

                @Override
                public void readingBack(long done, long total) {
                    if (!reading) {
                        host.log().step("reading slot " + snapshot.target().slot() + " back");
                        reading = true;
                    }
                    host.log().progress(done, total);
                }
            };
            if (applier.manifest().isDelta()) {
                writeDelta(applier, targets, progress);
            } else {
                applier.applyTo(targets, progress);
            }
        }
    }

    /** The old contents are those that run: nothing else on this host is as sure to be whole. */
    private void writeDelta(PayloadApplier applier, Map<String, BlockDevice> targets, PayloadProgress progress)
            throws IOException {
        var table = snapshot.found().table();
        var disk = host.running().disk();
        var running = snapshot.slots().slot(snapshot.running());
        try (var usr = disk.openPartitionReadOnly(table, running.usr());
                var verity = disk.openPartitionReadOnly(table, running.verity());
                var uki = host.esp().open(snapshot.requireRunningEntry().fileName())) {
            applier.applyTo(targets, Map.of(USR, usr, USR_VERITY, verity, UKI, uki), progress);
        }
    }

    private BlockDevice createUki() throws IOException {
        var size = new ByteCount(Preflight.file(release, FileKind.UKI).size());
        try {
            return host.esp().create(incoming, size);
        } catch (IOException e) {
            throw new EngineException(
                    Problem.IO,
                    "the release's UKI (" + size + ") cannot be put on the ESP: " + e.getMessage(),
                    "delete from the ESP what is not needed; the release's files for the running slot have to stay",
                    e);
        }
    }

    /** Reads the UKI once more, as a file and from the disk: whether it is whole, and leads to the slot just written. */
    private void checkUki() throws IOException {
        var entry = Preflight.file(release, FileKind.UKI);
        try (var uki = host.esp().open(incoming)) {
            var found = ContentHash.of(uki);
            if (!found.equals(entry.sha256())) {
                throw new EngineException(
                        Problem.MISMATCH,
                        "the UKI on the ESP has SHA-256 " + found + " when read back, not " + entry.sha256(),
                        "the disk does not keep what is written to it: replace it");
            }
            var usrHash = UkiReader.usrHash(uki);
            if (!usrHash.hex().equals(release.rootHash())) {
                throw mismatch(
                        "its kernel looks for a /usr with root hash " + usrHash.hex() + ", not " + release.rootHash());
            }
        }
    }

    private void markComplete() throws IOException {
        var rootHash = new RootHash(release.rootHash());
        updateTable(slots -> slots.withComplete(snapshot.target().slot(), rootHash));
        host.log()
                .event("slot " + snapshot.target().slot() + " holds "
                        + release.version().text() + ", root hash " + release.rootHash());
    }

    /** Reads the table anew each time, so that nothing is written back that somebody else has changed meanwhile. */
    private void updateTable(TableChange change) throws IOException {
        var system = host.running();
        try (var disk = system.disk().openTable()) {
            var found = table(disk);
            var slots = SlotTable.of(found.table(), system.architecture());
            if (!slots.find(system.rootHash()).equals(Optional.of(snapshot.running()))) {
                throw new EngineException(
                        Problem.NOT_A_HOST,
                        "the partition table was changed by somebody else while the update was running",
                        "try again when nobody partitions the disk");
            }
            GptWriter.update(disk, found, change.apply(slots));
        }
    }

    private GptReadResult table(BlockDevice disk) throws IOException {
        try {
            return GptReader.read(disk, host.running().disk().sectorSize());
        } catch (MalformedFormatException e) {
            throw new EngineException(
                    Problem.NOT_A_HOST,
                    host.running().disk().name() + " lost its partition table while the update was running: "
                            + e.getMessage(),
                    "look at the disk: `journalctl -k`",
                    e);
        }
    }

    @FunctionalInterface
    private interface TableChange {
        GptTable apply(SlotTable slots);
    }

    private void discard(Throwable cause) {
        try {
            host.esp().delete(incoming);
        } catch (IOException e) {
            // The next update deletes it; what went wrong first is what people need to know.
            cause.addSuppressed(e);
        }
    }

    private EngineException explain(IOException e) {
        var message = String.valueOf(e.getMessage());
        return switch (e) {
            case UntrustedSignatureException untrusted ->
                new EngineException(
                        Problem.UNTRUSTED,
                        message,
                        "it was changed, or others made it: get the release from where it is built",
                        untrusted);
            case DigestMismatchException mismatch ->
                new EngineException(
                        Problem.MISMATCH, message, "it was changed or damaged on its way: try again", mismatch);
            case SourceMismatchException source ->
                new EngineException(
                        Problem.MISMATCH,
                        message,
                        "a full payload needs no old content: get the release whole",
                        source);
            case TargetMismatchException size ->
                new EngineException(
                        Problem.TOO_LARGE, message, "slots cannot grow: the release must become smaller", size);
            default ->
                new EngineException(
                        Problem.MALFORMED, message, "it was changed, cut short or damaged: get the release again", e);
        };
    }
}
