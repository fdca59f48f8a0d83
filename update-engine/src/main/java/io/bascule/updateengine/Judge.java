package io.bascule.updateengine;

import io.bascule.updateengine.boot.BootControl;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.boot.BootOrder;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.state.EngineState;
import io.bascule.updateengine.state.HistoryEntry.Event;
import io.bascule.updateengine.state.KnownBad;
import io.bascule.updateengine.state.Pending;
import io.bascule.updateengine.state.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;

/**
 * What became of a switch, found out after a boot has passed its health checks. The names on the ESP are the evidence, and
 * the state says what was intended; where the two disagree the names count, because systemd-boot wrote them.
 */
final class Judge {
    private final Host host;
    private final HostSnapshot snapshot;
    private final StateStore store;
    private final Instant now;

    Judge(Host host, HostSnapshot snapshot, StateStore store, Instant now) {
        this.host = host;
        this.snapshot = snapshot;
        this.store = store;
        this.now = now;
    }

    /** Judges, and saves what was found if it is anything new. {@return the state afterwards} */
    EngineState run() throws IOException {
        bless();
        var before = load();
        var after = judge(before);
        if (!after.equals(before) || !Files.exists(store.file())) {
            store.save(after);
        }
        return after;
    }

    /**
     * Normally systemd-bless-boot has done it; where it could not, a good slot must not run out of tries. A counter in which
     * no boot was counted is not from this boot: somebody has demoted the entry since, and the next boot is to start another.
     */
    private void bless() throws IOException {
        var running = snapshot.runningEntry();
        if (running.isEmpty() && snapshot.alias().isPresent()) {
            var name = BootEntry.good(host.running().board(), host.running().version())
                    .fileName();
            BootSwitch.clear(host, name);
            host.esp().rename(snapshot.alias().get(), name);
            host.log()
                    .event("boot entry " + snapshot.alias().get() + " renamed to " + name
                            + ", its name before a power cut");
            return;
        }
        var step = running.filter(entry -> !entry.equals(entry.demoted())).flatMap(BootControl::bless);
        if (step.isPresent()) {
            BootSwitch.run(host, List.of(step.get()), "");
        }
    }

    private EngineState load() throws IOException {
        try {
            return store.load();
        } catch (EngineException e) {
            return switch (e.problem()) {
                // Without even a folder for it this is the first boot.
                case STATE_MISSING -> Files.isDirectory(host.state()) ? repaired("it was missing") : EngineState.EMPTY;
                case STATE_TORN -> {
                    var aside = store.setAside();
                    host.log().alarm(e.getMessage() + "; kept as " + aside);
                    yield repaired("it was torn; kept as " + aside.getFileName());
                }
                default -> throw e;
            };
        }
    }

    private EngineState repaired(String why) {
        return EngineState.EMPTY.withEvent(
                now, Event.STATE_REPAIRED, host.running().version(), why);
    }

    private EngineState judge(EngineState before) throws IOException {
        var state = before;
        if (state.pending().isPresent()) {
            state = judgePending(state, state.pending().get());
        }
        for (var entry : snapshot.others()) {
            state = judgeFailed(state, entry);
        }
        return state;
    }

    private EngineState judgePending(EngineState state, Pending pending) throws IOException {
        var running = host.running();
        var name = pending.version().text();
        if (running.rootHash().equals(pending.rootHash())) {
            var event = pending.action() == Pending.Action.UPDATE ? Event.UPDATED : Event.ROLLED_BACK;
            host.log()
                    .event("release " + name + " is up and healthy in slot " + pending.slot() + ", before it was "
                            + pending.from().text());
            return state.withoutPending()
                    .forget(bad -> bad.identity().equals(pending.identity()))
                    .withEvent(
                            now,
                            event,
                            pending.version(),
                            "from " + pending.from().text());
        }
        if (running.bootId().equals(pending.bootId())) {
            return state;
        }
        var entry = snapshot.others().stream()
                .filter(other -> other.version().equals(pending.version()))
                .findFirst();
        // An entry of that version may be there before it is written anew: it says nothing about this update.
        if (pending.step() == Pending.Step.WRITING || entry.isEmpty()) {
            for (var leftover : snapshot.incoming()) {
                host.esp().delete(leftover);
            }
            host.log().alarm("the update to " + name + " was interrupted before it was complete; run it again");
            return interrupted(state, pending, "the host restarted before it was complete");
        }
        if (entry.get().failed()) {
            var tries = entry.get().counter().orElseThrow().done();
            var reason = "none of " + tries + (tries == 1 ? " boot" : " boots") + " was complete" + why(entry.get());
            host.log()
                    .alarm("release " + name + " failed: " + reason + ". Back on "
                            + running.version().text() + "; " + name
                            + " is known bad from now on (update-engine known-bad)");
            return state.withoutPending()
                    .withKnownBad(new KnownBad(pending.identity(), pending.version(), reason, now))
                    .withEvent(
                            now,
                            Event.FELL_BACK,
                            pending.version(),
                            "to " + running.version().text() + ": " + reason);
        }
        if (startsNext(entry.get())) {
            // Somebody chose the running one by hand; the other one still has its tries.
            return state;
        }
        host.log()
                .event("the switch to " + name + " was not completed, or taken back; "
                        + running.version().text() + " stays");
        return interrupted(state, pending, "not completed, or taken back");
    }

    private EngineState interrupted(EngineState state, Pending pending, String why) {
        return state.withoutPending().withEvent(now, Event.INTERRUPTED, pending.version(), why);
    }

    private boolean startsNext(BootEntry other) {
        return snapshot.runningEntry()
                .map(entry -> entry.equals(entry.demoted()) ? entry : entry.blessed())
                .flatMap(entry -> BootOrder.choose(List.of(entry, other)))
                .filter(entry -> !entry.equals(other))
                .isEmpty();
    }

    /** An entry that used up its tries and that the state knows nothing of: the initrd demoted it, or the state was lost. */
    private EngineState judgeFailed(EngineState state, BootEntry entry) throws IOException {
        if (!entry.failed() || state.pending().isPresent()) {
            return state;
        }
        var identity = HostSnapshot.identity(host, entry);
        if (state.knownBad(identity).isPresent()) {
            return state;
        }
        var reason = entry.counter().orElseThrow().done() + " boots in a row were not complete" + why(entry);
        host.log()
                .alarm("release " + entry.version().text() + " was good and does not come up any more: " + reason
                        + ". Running " + host.running().version().text() + " instead; it is known bad from now on");
        return state.withKnownBad(new KnownBad(identity, entry.version(), reason, now))
                .withEvent(now, Event.DEMOTED, entry.version(), reason);
    }

    private String why(BootEntry entry) {
        return BootFailure.of(host.state(), entry)
                .map(failure -> "; " + failure)
                .orElse("");
    }
}
