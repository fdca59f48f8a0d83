package io.bascule.updateengine;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseFile;
import io.bascule.updateengine.boot.BootControl;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.state.EngineState;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether this host takes a release, decided before anything is touched. The release is one that trusted keys vouch for;
 * what it says about itself is believed, and whether it suits this host is asked here.
 */
final class Preflight {
    /** For a longer folder on the ESP, and for what others may write there meanwhile. */
    private static final ByteCount ESP_RESERVE = ByteCount.ofMiB(1);

    private final Host host;
    private final HostSnapshot snapshot;
    private final EngineState state;

    Preflight(Host host, HostSnapshot snapshot, EngineState state) {
        this.host = host;
        this.snapshot = snapshot;
        this.state = state;
    }

    /**
     * What the admin has said about rules that are there for those who say nothing.
     *
     * @param allowDowngrade take a release that is older than the running one
     * @param force take a release that is known to be bad
     */
    record Permissions(boolean allowDowngrade, boolean force) {}

    /** What is to be done with a release that is taken. */
    sealed interface Decision {
        /** It is written to the other slot. */
        record Install() implements Decision {}

        /** It is in the other slot already, whole: only the boot entries change. */
        record Arm(BootEntry entry) implements Decision {}
    }

    /** {@return what to do} */
    Decision decide(Release release, Permissions permissions) throws IOException {
        checkSuits(release);
        checkNotKnownBad(release, permissions);
        var rootHash = new RootHash(release.rootHash());
        var running = host.running();
        if (rootHash.equals(running.rootHash())) {
            throw new EngineException(
                    Problem.ALREADY_RUNNING,
                    "release " + release.version().text() + " already runs",
                    "there is nothing to do");
        }
        if (release.version().text().equalsIgnoreCase(running.version().text())) {
            throw new EngineException(
                    Problem.VERSION_CLASH,
                    "the release calls itself " + release.version().text()
                            + " like the one that runs, but has another content",
                    "a release is never changed: build it again under a new version");
        }
        var current = snapshot.requireRunningEntry();
        var present = presentEntry(release, rootHash);
        if (present != null && BootControl.waits(current, present)) {
            throw new EngineException(
                    Problem.ALREADY_INSTALLED,
                    "release " + release.version().text() + " is in slot "
                            + snapshot.running().other() + " already and waits for its reboot",
                    "start it with `update-engine reboot`");
        }
        if (release.version().compareTo(running.version()) < 0 && !permissions.allowDowngrade()) {
            throw new EngineException(
                    Problem.DOWNGRADE,
                    "release " + release.version().text() + " is older than "
                            + running.version().text() + ", which runs",
                    "if that is what you want, add --allow-downgrade"
                            + (present == null ? "" : ", or use `update-engine rollback`"));
        }
        if (current.equals(current.demoted())) {
            throw new EngineException(
                    Problem.NOT_CONFIRMED,
                    "a switch away from release " + running.version().text() + " waits for its reboot, so nothing good"
                            + " could be fallen back to",
                    "let it happen with `update-engine reboot`, or stay with `update-engine mark-good`, and try again");
        }
        if (current.counted()) {
            throw new EngineException(
                    Problem.NOT_CONFIRMED,
                    "release " + running.version().text() + " has not passed its health checks yet, so nothing good"
                            + " could be fallen back to",
                    "wait until the boot is complete, or say that it is good with `update-engine mark-good`");
        }
        if (present != null) {
            return new Decision.Arm(present);
        }
        checkPartitions(release, rootHash);
        checkSizes(release);
        return new Decision.Install();
    }

    private void checkSuits(Release release) throws EngineException {
        var running = host.running();
        if (!release.board().equals(running.board())) {
            throw new EngineException(
                    Problem.WRONG_BOARD,
                    "the release is for board '" + release.board() + "', this host is '" + running.board() + "'",
                    "give the release of this host's board");
        }
        var architecture = architectureName(running.architecture());
        if (!release.architecture().equals(architecture)) {
            throw new EngineException(
                    Problem.WRONG_ARCHITECTURE,
                    "the release is for " + release.architecture() + ", this host is " + architecture,
                    "give the release for this host's architecture");
        }
    }

    static String architectureName(Architecture architecture) {
        return architecture.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void checkNotKnownBad(Release release, Permissions permissions) throws EngineException {
        var bad = state.knownBad(release.identity());
        if (bad.isPresent() && !permissions.force()) {
            throw new EngineException(
                    Problem.KNOWN_BAD,
                    "release " + release.version().text() + " is known to be bad on this host since "
                            + bad.get().since() + ": " + bad.get().reason(),
                    "take a newer one; or try it once more with --force, or after `update-engine known-bad forget "
                            + release.version().text() + "`");
        }
    }

    /** {@return the entry of this very release in the other slot, or null} */
    private @Nullable BootEntry presentEntry(Release release, RootHash rootHash) throws IOException {
        if (!snapshot.target().holds(rootHash)) {
            return null;
        }
        for (var entry : snapshot.others()) {
            if (entry.version().equals(release.version())
                    && HostSnapshot.identity(host, entry).equals(release.identity())) {
                return entry;
            }
        }
        return null;
    }

    /** A UKI finds its slot by PARTUUIDs, so no two partitions of a disk may ever have the same. */
    private void checkPartitions(Release release, RootHash rootHash) throws EngineException {
        var target = snapshot.target();
        for (var numbered : snapshot.found().table().entries().entrySet()) {
            var number = numbered.getKey();
            var unique = numbered.getValue().unique();
            if (number != target.usr()
                    && number != target.verity()
                    && (unique.equals(rootHash.dataPartition()) || unique.equals(rootHash.hashPartition()))) {
                throw new EngineException(
                        Problem.PARTUUID_CLASH,
                        "partition " + number + " of " + host.running().disk().name() + " already has the PARTUUID "
                                + unique + ", which release "
                                + release.version().text() + " needs",
                        "no two partitions may share one: give that partition another (sfdisk --part-uuid)");
            }
        }
    }

    private void checkSizes(Release release) throws IOException {
        var table = snapshot.found().table();
        checkFits(release, FileKind.USR, table.size(snapshot.target().usrEntry()));
        checkFits(release, FileKind.USR_VERITY, table.size(snapshot.target().verityEntry()));
        file(release, FileKind.PAYLOAD);
        var uki = new ByteCount(file(release, FileKind.UKI).size());
        var room = host.esp().free();
        // What is in the other slot goes first, and its UKI with it.
        for (var entry : snapshot.others()) {
            try (var old = host.esp().open(entry.fileName())) {
                room = room.plus(old.size());
            }
        }
        for (var leftover : snapshot.incoming()) {
            try (var old = host.esp().open(leftover)) {
                room = room.plus(old.size());
            }
        }
        if (uki.plus(ESP_RESERVE).compareTo(room) > 0) {
            throw new EngineException(
                    Problem.NO_SPACE_ON_ESP,
                    "the release's UKI has " + exact(uki) + ", the ESP has room for "
                            + exact(room.compareTo(ESP_RESERVE) < 0 ? ByteCount.ZERO : room.minus(ESP_RESERVE)),
                    "delete from the ESP what is not needed; the release's files for the running slot have to stay");
        }
    }

    private static void checkFits(Release release, FileKind kind, ByteCount partition) throws EngineException {
        var size = new ByteCount(file(release, kind).size());
        if (size.compareTo(partition) > 0) {
            throw new EngineException(
                    Problem.TOO_LARGE,
                    "the release's " + kind.text() + " has " + exact(size) + ", the slot has room for "
                            + exact(partition),
                    "slots cannot grow: the release must become smaller, or the host be installed anew");
        }
    }

    /** {@return a size in a way that shows what a few bytes too many are} */
    private static String exact(ByteCount size) {
        return size.bytes() + " bytes (" + size + ")";
    }

    static ReleaseFile file(Release release, FileKind kind) throws EngineException {
        return release.file(kind)
                .orElseThrow(() -> new EngineException(
                        Problem.MALFORMED,
                        "release " + release.version().text() + " has no file of kind '" + kind.text() + "'",
                        "build it with a key, so that it gets a payload"));
    }
}
