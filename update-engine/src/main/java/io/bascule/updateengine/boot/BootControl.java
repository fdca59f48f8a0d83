package io.bascule.updateengine.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From what the two slots shall be to the names on the ESP: which to change, and in which order. Every plan has one step
 * that commits; before it the next boot starts what it would have started, after it what was asked for. When the trial of
 * the entry that was asked for fails, systemd-boot comes back to the running one by itself:
 *
 * <ul>
 *   <li>To a newer version (upgrade, roll forward): the newer one gets its tries, and that rename commits. The running one
 *       stays good; once the tries are used up it is the only one with any.
 *   <li>To an older version (rollback, downgrade): the older one gets its tries first, which changes nothing because the
 *       running one is newer and good. Then the running one loses its tries, and that rename commits. If the older one
 *       fails, neither has tries, and systemd-boot starts the newer of the two: the one that ran before.
 * </ul>
 *
 * Pure functions: nothing here writes.
 */
public final class BootControl {
    /** How the UKI of a release is called while it is being written; systemd-boot takes {@code .efi} only. */
    private static final String INCOMING_SUFFIX = ".partial";

    private BootControl() {}

    /** {@return the name under which the UKI of {@code entry} is written before it can boot} */
    public static String incomingName(BootEntry entry) {
        return entry.id() + INCOMING_SUFFIX;
    }

    /** {@return whether a file of that name is what an interrupted update left behind} */
    public static boolean isIncoming(String fileName) {
        return fileName.endsWith(INCOMING_SUFFIX);
    }

    /**
     * Plans that the next boot starts a UKI which has just been written under its {@link #incomingName}.
     *
     * @param running the entry that this boot was started from; it must be good, else nothing could be fallen back to
     * @param target of another version than {@code running}; its counter does not matter
     * @param tries for the new entry, at least one
     */
    public static List<BootStep> startIncoming(BootEntry running, BootEntry target, int tries) {
        return plan(running, Optional.empty(), incomingName(target), target.onTrial(tries));
    }

    /** As {@link #startIncoming}, for an entry that is on the ESP already: a rollback, or forward again. */
    public static List<BootStep> startOther(BootEntry running, BootEntry target, int tries) {
        return plan(running, Optional.of(target), target.fileName(), target.onTrial(tries));
    }

    /**
     * Plans that the next boot starts the running entry again and not {@code other}, as if its trial had failed. It is not
     * demoted as a rollback does it: what is called so may be started when nothing else can be.
     *
     * @return no step that commits if the running entry is chosen anyway, and no step at all if it is also good and {@code
     *     other} has no tries left
     */
    public static List<BootStep> keepRunning(BootEntry running, BootEntry other) {
        var steps = new ArrayList<BootStep>();
        var blessed = running.blessed();
        if (running.counted()) {
            var commits = !starts(running, other) && starts(blessed, other);
            steps.add(new BootStep(running.fileName(), blessed.fileName(), commits));
        }
        if (other.bootable()) {
            steps.add(new BootStep(other.fileName(), other.rejected().fileName(), !starts(blessed, other)));
        }
        return List.copyOf(steps);
    }

    /** {@return whether the next boot waits to start {@code other} because it was told to: no boot has counted since} */
    public static boolean waits(BootEntry running, BootEntry other) {
        var told = running.counted() ? running.equals(running.demoted()) : other.counted();
        return told && !starts(running, other);
    }

    private static boolean starts(BootEntry first, BootEntry second) {
        return BootOrder.choose(List.of(first, second)).equals(Optional.of(first));
    }

    /**
     * Plans that a running entry which is still on trial is given up at once, as if its tries were used up.
     *
     * @param running an entry with a counter
     * @param other a good one
     */
    public static List<BootStep> abandonTrial(BootEntry running, BootEntry other) {
        if (!running.counted() || other.counted()) {
            throw new IllegalArgumentException(running + " is not on trial, or " + other + " not good");
        }
        return List.of(new BootStep(running.fileName(), running.demoted().fileName(), true));
    }

    /** Plans that the running entry loses its counter. {@return no step if it has none} */
    public static Optional<BootStep> bless(BootEntry running) {
        return running.counted()
                ? Optional.of(new BootStep(running.fileName(), running.blessed().fileName(), false))
                : Optional.empty();
    }

    private static List<BootStep> plan(
            BootEntry running, Optional<BootEntry> before, String targetName, BootEntry armed) {
        if (running.counted()) {
            throw new IllegalArgumentException("the running entry " + running + " is not good yet");
        }
        if (running.id().equalsIgnoreCase(armed.id())) {
            throw new IllegalArgumentException("both slots would be called " + running.id());
        }
        var steps = new ArrayList<BootStep>();
        var commitsByArming = !starts(running, armed);
        if (!before.equals(Optional.of(armed))) {
            steps.add(new BootStep(targetName, armed.fileName(), commitsByArming));
        }
        if (!commitsByArming) {
            steps.add(new BootStep(running.fileName(), running.demoted().fileName(), true));
        }
        return List.copyOf(steps);
    }
}
