package io.bascule.updateengine;

import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.boot.BootControl;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.boot.BootOrder;
import io.bascule.updateengine.boot.BootStep;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.state.EngineState;
import io.bascule.updateengine.state.HistoryEntry.Event;
import io.bascule.updateengine.state.KnownBad;
import io.bascule.updateengine.state.Pending;
import io.bascule.updateengine.state.StateStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A switch to the other slot: the state says that it is meant, then the names of the boot entries make it so. */
final class Switchover {
    private final Host host;
    private final StateStore store;
    private final Instant now;

    Switchover(Host host, StateStore store, Instant now) {
        this.host = host;
        this.store = store;
        this.now = now;
    }

    /**
     * Makes the next boot start the release in the other slot, which ran before.
     *
     * @param event what it is in the history
     * @return that release
     */
    Version startOther(
            EngineState state, HostSnapshot snapshot, UpdateEngine.Options options, Event event, String detail)
            throws IOException {
        var running = snapshot.requireRunningEntry();
        var other = snapshot.otherEntry(host).orElseThrow(Switchover::nothingThere);
        if (BootControl.waits(running, other)) {
            throw new EngineException(
                    Problem.ALREADY_INSTALLED,
                    "release " + other.version().text() + " in slot "
                            + snapshot.target().slot() + " already waits for its reboot",
                    "start it with `update-engine reboot`, or stay with `update-engine "
                            + (running.counted()
                                    ? "mark-good"
                                    : "mark-bad " + other.version().text()) + "`");
        }
        var identity = HostSnapshot.identity(host, other);
        var bad = state.knownBad(identity);
        if ((bad.isPresent() || other.failed()) && !options.force()) {
            throw new EngineException(
                    Problem.KNOWN_BAD,
                    "release " + other.version().text() + " in the other slot is known to be bad: "
                            + bad.map(KnownBad::reason).orElse("its tries are used up"),
                    "if it should be started all the same, add --force");
        }
        List<BootStep> plan;
        if (!running.counted()) {
            plan = BootControl.startOther(running, other, options.tries());
        } else if (!other.counted()) {
            plan = BootControl.abandonTrial(running, other);
        } else {
            throw new EngineException(
                    Problem.NOT_CONFIRMED,
                    "neither release has passed its health checks: " + running + ", " + other,
                    "say that the running one is good with `update-engine mark-good`, and try again");
        }
        commit(state, pending(Pending.Action.ROLLBACK, snapshot, other, identity), event, detail, plan);
        return other.version();
    }

    static EngineException nothingThere() {
        return new EngineException(
                Problem.NOTHING_TO_ROLL_BACK_TO,
                "the other slot holds no release that could be started",
                "it gets one with the next update");
    }

    /**
     * {@return the switch to an entry that is on the ESP}
     *
     * @param identity of the release that the entry boots
     */
    Pending pending(Pending.Action action, HostSnapshot snapshot, BootEntry entry, Sha256Digest identity)
            throws IOException {
        return new Pending(
                action,
                Pending.Step.ARMED,
                snapshot.target().slot(),
                entry.version(),
                HostSnapshot.usrHash(host, entry).orElseThrow(Switchover::nothingThere),
                identity,
                host.running().version(),
                host.running().bootId(),
                now);
    }

    /** The state is saved first: what it says is only believed of a boot that comes later, and the names count. */
    void commit(EngineState state, Pending pending, Event event, String detail, List<BootStep> plan)
            throws IOException {
        try {
            store.save(state.withPending(pending.armed()).withEvent(now, event, pending.version(), detail));
            BootSwitch.run(
                    host, plan, "the next boot starts " + pending.version().text() + " in slot " + pending.slot());
        } catch (IOException | RuntimeException e) {
            giveUp(state, pending, e);
            throw e;
        }
    }

    /**
     * A switch ends early. The failure is told by the exception; here it only goes into the history, if something had begun
     * and the next boot will not start it all the same.
     *
     * @param before the state that the switch began with
     */
    void giveUp(EngineState before, Pending pending, Exception cause) {
        try {
            var saved = store.load().pending();
            if (!saved.map(Pending::armed).equals(Optional.of(pending.armed())) || startsNext(pending)) {
                return;
            }
            host.esp()
                    .delete(BootControl.incomingName(
                            BootEntry.good(host.running().board(), pending.version())));
            var state = before.pending().filter(this::startsNext).isPresent() ? before : before.withoutPending();
            store.save(state.withEvent(now, Event.INTERRUPTED, pending.version(), oneLine(cause)));
        } catch (IOException e) {
            // The next boot's judge finds the same.
            cause.addSuppressed(e);
        }
    }

    private boolean startsNext(Pending pending) {
        try {
            var snapshot = HostSnapshot.read(host);
            var entries = new ArrayList<>(snapshot.others());
            snapshot.runningEntry().ifPresent(entries::add);
            return BootOrder.choose(entries)
                    .filter(entry -> entry.version().equals(pending.version()))
                    .isPresent();
        } catch (IOException e) {
            // Then the next boot's judge has to find out.
            return true;
        }
    }

    private static String oneLine(Exception cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
