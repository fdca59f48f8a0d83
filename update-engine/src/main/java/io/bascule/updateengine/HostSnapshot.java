package io.bascule.updateengine;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.gpt.GptReadResult;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.payload.ContentHash;
import io.bascule.signing.Sha256Digest;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.slot.SlotLayoutException;
import io.bascule.updateengine.slot.SlotPartitions;
import io.bascule.updateengine.slot.SlotTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A host's disk as it is now: slots and boot entries.
 *
 * @param found the partition table, as writers need it
 * @param slots the same as slots
 * @param running the slot that {@code /usr} is mounted from
 * @param runningEntry the running release's entry; absent if it has none, and then nothing could be fallen back to
 * @param alias a name of the running release's UKI that is none of ours: FAT gives it when the power was cut while the name
 *     changed
 * @param others every other entry of this board, the one that systemd-boot prefers first
 * @param incoming files of UKIs that were never finished, or whose deletion was not
 */
record HostSnapshot(
        GptReadResult found,
        SlotTable slots,
        Slot running,
        Optional<BootEntry> runningEntry,
        Optional<String> alias,
        List<BootEntry> others,
        List<String> incoming) {
    static HostSnapshot read(Host host) throws IOException {
        var system = host.running();
        GptReadResult found;
        try (var disk = system.disk().openTable()) {
            found = GptReader.read(disk, system.disk().sectorSize());
        } catch (MalformedFormatException e) {
            throw notAHost(system.disk().name() + ": " + e.getMessage(), e);
        }
        SlotTable slots;
        try {
            slots = SlotTable.of(found.table(), system.architecture());
        } catch (SlotLayoutException e) {
            throw notAHost(system.disk().name() + ": " + e.getMessage(), e);
        }
        var running = slots.find(system.rootHash())
                .orElseThrow(() -> notAHost(
                        "no slot, or more than one, has the root hash of the /usr that runs, "
                                + system.rootHash().hex(),
                        null));
        var names = EntryNames.read(host);
        return new HostSnapshot(
                found, slots, running, names.running(), names.alias(), names.others(), names.leftovers());
    }

    private static EngineException notAHost(String problem, @Nullable Exception cause) {
        var exception = new EngineException(Problem.NOT_A_HOST, problem, "the disk has to be installed anew");
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    SlotPartitions target() {
        return slots.slot(running.other());
    }

    /** {@return the running release's entry} */
    BootEntry requireRunningEntry() throws EngineException {
        return runningEntry.orElseThrow(() -> new EngineException(
                Problem.NOT_A_HOST,
                "the running release has no UKI on the ESP, so a failed update could not come back to it",
                "is the ESP mounted at /efi? If it is, copy the release's .efi file to EFI/Linux on it"));
    }

    /** {@return the entry whose UKI finds what is in the other slot, if there is one and the slot is whole} */
    Optional<BootEntry> otherEntry(Host host) {
        return others.stream()
                .filter(entry -> usrHash(host, entry).filter(target()::holds).isPresent())
                .findFirst();
    }

    /** {@return the root hash that the UKI of {@code entry} names; nothing if it cannot be read} */
    static Optional<RootHash> usrHash(Host host, BootEntry entry) {
        return usrHash(host, entry.fileName());
    }

    static Optional<RootHash> usrHash(Host host, String name) {
        try (var uki = host.esp().open(name)) {
            return Optional.of(UkiReader.usrHash(uki));
        } catch (IOException unreadable) {
            // A UKI that says nothing, or cannot be read, boots nothing either.
            return Optional.empty();
        }
    }

    /** {@return the identity of the release that {@code entry} boots: the SHA-256 of its UKI} */
    static Sha256Digest identity(Host host, BootEntry entry) throws IOException {
        try (var uki = host.esp().open(entry.fileName())) {
            return ContentHash.of(uki);
        }
    }
}
