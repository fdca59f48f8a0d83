package io.bascule.updateengine;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.ExpiredReleaseException;
import io.bascule.signing.Keyring;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Role;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.UntrustedReleaseException;
import io.bascule.signing.release.FileKind;
import io.bascule.signing.release.Release;
import io.bascule.signing.release.ReleaseFile;
import io.bascule.signing.release.ReleaseReader;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.boot.BootControl;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.host.Host;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import io.bascule.updateengine.source.ReleaseSource;
import io.bascule.updateengine.state.EngineState;
import io.bascule.updateengine.state.HistoryEntry.Event;
import io.bascule.updateengine.state.KnownBad;
import io.bascule.updateengine.state.Pending;
import io.bascule.updateengine.state.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The verbs. Those that change anything take a lock first and leave, whenever they are killed, a host whose running slot
 * boots. Every refusal is an {@link EngineException}; what it had touched by then is at most the slot that does not run.
 */
public final class UpdateEngine {
    private static final Duration REBOOT_LIMIT = Duration.ofMinutes(1);

    private final Host host;
    private final StateStore store;

    public UpdateEngine(Host host) {
        this.host = host;
        this.store = new StateStore(host.state());
    }

    /**
     * How to update.
     *
     * @param tries how often the new release may be tried before the host falls back, 1 to 9
     */
    public record Options(boolean allowDowngrade, boolean force, int tries) {
        Preflight.Permissions permissions() {
            return new Preflight.Permissions(allowDowngrade, force);
        }
    }

    /**
     * A release that this host would take.
     *
     * @param payload that was taken, or would be tried first; nothing if the release has none
     * @param slot that it would go to
     * @param alreadyThere whether it is in that slot, so that only boot entries change
     */
    public record Offer(Release release, Optional<ReleaseFile> payload, Slot slot, boolean alreadyThere) {
        /** {@return the payload's size; 0 if there is none} */
        public ByteCount payloadSize() {
            return new ByteCount(payload.map(ReleaseFile::size).orElse(0L));
        }

        /** {@return whether it is made from what runs} */
        public boolean isDelta() {
            return payload.map(file -> file.kind() == FileKind.DELTA).orElse(false);
        }
    }

    private Offer offer(Release release, Slot slot, boolean alreadyThere) {
        var payload = release.deltaFrom(host.running().rootHash().hex()).or(() -> release.file(FileKind.PAYLOAD));
        return new Offer(release, payload, slot, alreadyThere);
    }

    /** {@return what an update from {@code source} would do; the same refusals as {@link #update}, and nothing is changed} */
    public Offer check(ReleaseSource source, Options options) throws IOException {
        var release = release(source, keys());
        var snapshot = HostSnapshot.read(host);
        var decision = new Preflight(host, snapshot, store.load()).decide(release, options.permissions());
        return offer(release, snapshot.target().slot(), decision instanceof Preflight.Decision.Arm);
    }

    /** Takes a release: afterwards the next boot starts it, in the other slot. */
    public Offer update(ReleaseSource source, Options options) throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            host.log().step("checking");
            var keys = keys();
            var state = store.load();
            var release = release(source, keys);
            var snapshot = HostSnapshot.read(host);
            var decision = new Preflight(host, snapshot, state).decide(release, options.permissions());
            var running = snapshot.requireRunningEntry();
            return switch (decision) {
                case Preflight.Decision.Arm arm -> {
                    var switchover = switchover();
                    switchover.commit(
                            state,
                            switchover.pending(Pending.Action.UPDATE, snapshot, arm.entry(), release.identity()),
                            Event.INSTALLED,
                            "was in slot " + snapshot.target().slot() + " already",
                            BootControl.startOther(running, arm.entry(), options.tries()));
                    yield offer(release, snapshot.target().slot(), true);
                }
                case Preflight.Decision.Install install -> {
                    var payload = install(source, keys, state, release, snapshot, running, options.tries());
                    yield new Offer(
                            release, Optional.of(payload), snapshot.target().slot(), false);
                }
            };
        });
    }

    /** {@return what it was made from} */
    private ReleaseFile install(
            ReleaseSource source,
            TrustedKeys keys,
            EngineState state,
            Release release,
            HostSnapshot snapshot,
            BootEntry running,
            int tries)
            throws IOException {
        var pending = new Pending(
                Pending.Action.UPDATE,
                Pending.Step.WRITING,
                snapshot.target().slot(),
                release.version(),
                new RootHash(release.rootHash()),
                release.identity(),
                host.running().version(),
                host.running().bootId(),
                now());
        Installation.Installed installed;
        try {
            installed = new Installation(host, snapshot, release)
                    .run(source, keys, () -> store.save(state.withPending(pending)));
        } catch (IOException | RuntimeException e) {
            switchover().giveUp(state, pending, e);
            throw e;
        }
        switchover()
                .commit(
                        state,
                        pending,
                        Event.INSTALLED,
                        "to slot " + snapshot.target().slot() + " from " + source.name() + installed.detail(),
                        BootControl.startIncoming(running, BootEntry.good(release.board(), release.version()), tries));
        return installed.payload();
    }

    /**
     * Makes the next boot start the release in the other slot, which ran before.
     *
     * @param options whether a release that is known to be bad, or has failed, may be gone back to
     * @return the release that the next boot starts
     */
    public Version rollback(Options options) throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            var state = store.load();
            var snapshot = HostSnapshot.read(host);
            return switchover().startOther(state, snapshot, options, Event.ROLLBACK_REQUESTED, "");
        });
    }

    /** Says that the running release is good: its counter goes, and so does what is remembered against it. */
    public Version markGood() throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            var running = HostSnapshot.read(host).requireRunningEntry();
            var blessing = BootControl.bless(running);
            if (blessing.isPresent()) {
                BootSwitch.run(host, List.of(blessing.get()), "");
            }
            var state = new Judge(host, HostSnapshot.read(host), store, now()).run();
            var identity = HostSnapshot.identity(host, running.blessed());
            store.save(state.forget(bad -> bad.identity().equals(identity))
                    .withEvent(now(), Event.MARKED_GOOD, running.version(), ""));
            return running.version();
        });
    }

    /**
     * Says that a release is bad: it is refused from now on, and the next boot starts the other one.
     *
     * @param which the running release, or the one in the other slot; absent for the running one
     * @return the release that the next boot starts
     */
    public Version markBad(Optional<Version> which, String reason, Options options) throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            var state = store.load();
            var snapshot = HostSnapshot.read(host);
            var running = snapshot.requireRunningEntry();
            var why = reason.isEmpty() ? "marked bad by the admin" : reason;
            if (which.isEmpty() || which.get().equals(running.version())) {
                // The other one is looked at first: without it, calling this one bad would leave nothing.
                var other = snapshot.otherEntry(host).orElseThrow(Switchover::nothingThere);
                var bad = new KnownBad(HostSnapshot.identity(host, running), running.version(), why, now());
                var marked = state.withKnownBad(bad).withEvent(now(), Event.MARKED_BAD, running.version(), why);
                if (BootControl.waits(running, other)) {
                    store.save(marked);
                    return other.version();
                }
                return switchover()
                        .startOther(
                                marked,
                                snapshot,
                                options,
                                Event.ROLLBACK_REQUESTED,
                                running.version().text() + " was marked bad");
            }
            var other = snapshot.others().stream()
                    .filter(entry -> entry.version().equals(which.get()))
                    .findFirst()
                    .orElseThrow(() -> new EngineException(
                            Problem.UNKNOWN_RELEASE,
                            "release " + which.get().text() + " is not on this host",
                            "`update-engine status` shows which are"));
            var bad = new KnownBad(HostSnapshot.identity(host, other), other.version(), why, now());
            var pending = state.pending().filter(waiting -> waiting.version().equals(other.version()));
            store.save((pending.isPresent() ? state.withoutPending() : state)
                    .withKnownBad(bad)
                    .withEvent(now(), Event.MARKED_BAD, other.version(), why));
            BootSwitch.run(
                    host,
                    BootControl.keepRunning(running, other),
                    "the next boot starts " + running.version().text() + " in slot " + snapshot.running());
            return running.version();
        });
    }

    private Switchover switchover() {
        return new Switchover(host, store, now());
    }

    public List<KnownBad> knownBad() throws IOException {
        return store.load().knownBad();
    }

    /**
     * Takes releases off the list.
     *
     * @param what a version, the beginning of an identity with at least 8 digits, or {@code all}
     * @return those that were on it
     */
    public List<KnownBad> forget(String what) throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            var state = store.load();
            var found = state.knownBad().stream()
                    .filter(bad -> what.equals("all")
                            || bad.version().text().equals(what)
                            || (what.length() >= 8 && bad.identity().toString().startsWith(what)))
                    .toList();
            if (found.isEmpty()) {
                throw new EngineException(
                        Problem.UNKNOWN_RELEASE,
                        "no release '" + what + "' is known to be bad",
                        "`update-engine known-bad` shows which are");
            }
            var after = state.forget(found::contains);
            for (var bad : found) {
                after = after.withEvent(now(), Event.FORGOTTEN, bad.version(), bad.reason());
            }
            store.save(after);
            return found;
        });
    }

    public EngineState state() throws IOException {
        return store.load();
    }

    /** After a boot that passed its health checks: finds out what became of a switch. */
    public EngineState judge() throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            return new Judge(host, HostSnapshot.read(host), store, now()).run();
        });
    }

    /**
     * Makes a state again that is missing or torn, from what is on the disk.
     *
     * @param discardNewer whether a state that a newer engine wrote is set aside, too
     * @return whether there was anything to repair
     */
    public boolean repair(boolean discardNewer) throws IOException {
        return EngineLock.hold(host.runtime(), () -> {
            try {
                store.load();
                return false;
            } catch (EngineException e) {
                if (e.problem() == Problem.STATE_NEWER) {
                    if (!discardNewer) {
                        throw e;
                    }
                    host.log().event("the newer engine's state is kept as " + store.setAside());
                }
            }
            new Judge(host, HostSnapshot.read(host), store, now()).run();
            return true;
        });
    }

    /** Restarts the host. Returns while it is going down. */
    public void reboot() throws IOException, InterruptedException {
        var command = List.of("systemctl", "reboot");
        var result = host.processes().run(command, REBOOT_LIMIT);
        if (result.status() != 0) {
            throw new EngineException(
                    Problem.TOOL,
                    "'" + String.join(" ", command) + "' failed: "
                            + result.output().strip(),
                    "it needs root");
        }
    }

    /** {@return what the host looks like} Never fails because of the engine's own state. */
    public Status status() throws IOException {
        var snapshot = HostSnapshot.read(host);
        var problem = Optional.<String>empty();
        var state = EngineState.EMPTY;
        try {
            state = store.load();
        } catch (EngineException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return Status.of(host, snapshot, state, problem);
    }

    private Release release(ReleaseSource source, TrustedKeys keys) throws IOException {
        try {
            // A clock that lost its battery is in 1970; a release's build time is one that has certainly passed.
            return ReleaseReader.read(source.metadata(), keys, now());
        } catch (UntrustedReleaseException e) {
            throw new EngineException(
                    Problem.UNTRUSTED,
                    source.name() + ": " + e.getMessage(),
                    "get the release from where it is built; this host trusts the keys in " + host.keyring(),
                    e);
        } catch (ExpiredReleaseException e) {
            throw new EngineException(
                    Problem.EXPIRED,
                    source.name() + ": " + e.getMessage(),
                    "get a newer release, or one whose metadata were signed again; and look at this host's clock",
                    e);
        } catch (MalformedDocumentException e) {
            throw new EngineException(
                    Problem.MALFORMED,
                    source.name() + ": " + e.getMessage(),
                    "it was changed, cut short or damaged: get the release again",
                    e);
        }
    }

    private TrustedKeys keys() throws EngineException {
        try {
            return Keyring.read(Files.readAllBytes(host.keyring())).trusted(Role.RELEASE);
        } catch (NoSuchFileException e) {
            throw new EngineException(
                    Problem.KEYRING,
                    "there is no keyring " + host.keyring() + ", so no release can be trusted",
                    "build the image with --key",
                    e);
        } catch (IOException e) {
            throw new EngineException(
                    Problem.KEYRING,
                    "the keyring " + host.keyring() + " cannot be used, so no release can be trusted: "
                            + e.getMessage(),
                    "it is part of the image: build that again",
                    e);
        }
    }

    private Instant now() {
        var clock = host.clock().instant();
        var built = host.running().buildTime();
        return (clock.isBefore(built) ? built : clock).truncatedTo(ChronoUnit.SECONDS);
    }
}
