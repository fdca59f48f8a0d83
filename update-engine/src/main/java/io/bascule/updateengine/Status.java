package io.bascule.updateengine;

import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.boot.BootOrder;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.state.EngineState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host at a glance.
 *
 * @param slots A, then B
 * @param nextBoot the slot that the next boot starts; absent if that is none of the two
 * @param state what the engine remembers; empty if it cannot be read
 * @param stateProblem why it cannot be read
 */
public record Status(
        String board,
        Version version,
        Slot running,
        List<SlotStatus> slots,
        Optional<Slot> nextBoot,
        EngineState state,
        Optional<String> stateProblem) {

    /** What is in a slot. */
    public enum Content {
        /** Never written, or nothing on the ESP starts it. */
        EMPTY,
        /** An update was begun and did not end. */
        PARTIAL,
        /** A boot entry leads to it. */
        RELEASE
    }

    /**
     * One slot.
     *
     * @param version of the release in it
     * @param entry its boot entry
     */
    public record SlotStatus(
            Slot slot, Content content, Optional<Version> version, Optional<BootEntry> entry, String partition) {}

    static Status of(Host host, HostSnapshot snapshot, EngineState state, Optional<String> stateProblem) {
        var other = snapshot.otherEntry(host);
        var slots = new ArrayList<SlotStatus>();
        for (var slot : Slot.values()) {
            var running = slot == snapshot.running();
            var partitions = snapshot.slots().slot(slot);
            var entry = running ? snapshot.runningEntry() : other;
            var content = running || entry.isPresent()
                    ? Content.RELEASE
                    : partitions.partial() ? Content.PARTIAL : Content.EMPTY;
            slots.add(new SlotStatus(
                    slot,
                    content,
                    running ? Optional.of(host.running().version()) : entry.map(BootEntry::version),
                    entry,
                    partitions.usrEntry().name()));
        }
        var entries = new ArrayList<>(snapshot.others());
        snapshot.runningEntry().ifPresent(entries::add);
        var next = BootOrder.choose(entries);
        var nextSlot = next.equals(snapshot.runningEntry())
                ? Optional.of(snapshot.running())
                : next.equals(other) ? Optional.of(snapshot.target().slot()) : Optional.<Slot>empty();
        return new Status(
                host.running().board(),
                host.running().version(),
                snapshot.running(),
                slots,
                next.isEmpty() ? Optional.empty() : nextSlot,
                state,
                stateProblem);
    }
}
