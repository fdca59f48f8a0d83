package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.BuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Numbers of users and groups, which may not change: files on the STATE of hosts belong to numbers, not to names. */
public final class LockedIds {
    private LockedIds() {}

    /**
     * Compares the users and groups of a tree with those of a lock.
     *
     * @throws BuildException naming each that has another number, is gone, or is new
     */
    public static void check(SortedMap<String, Long> users, SortedMap<String, Long> groups, Lock lock)
            throws BuildException {
        var problems = new ArrayList<>(changes(lock, users, groups));
        problems.addAll(news("user", lock.users(), users));
        problems.addAll(news("group", lock.groups(), groups));
        if (!problems.isEmpty()) {
            throw BuildException.badInput(
                    "the users and groups of the tree are not those of the lock:\n  " + String.join("\n  ", problems),
                    "as the packages are the locked ones, another source or its order made the difference; `bascule lock`"
                            + " again, which refuses to change a number unless told to");
        }
    }

    /** {@return what is said of each user and group of {@code lock} that has another number here, or is gone} */
    static List<String> changes(Lock lock, Map<String, Long> users, Map<String, Long> groups) {
        var changes = new ArrayList<String>();
        changes("user", lock.users(), users, changes);
        changes("group", lock.groups(), groups, changes);
        return changes;
    }

    private static void changes(String what, Map<String, Long> locked, Map<String, Long> now, List<String> changes) {
        locked.forEach((name, id) -> {
            var other = now.get(name);
            if (other == null) {
                changes.add("the " + what + " '" + name + "' (" + id + ") is gone");
            } else if (!other.equals(id)) {
                changes.add("the " + what + " '" + name + "' is " + other + " now, locked is " + id);
            }
        });
    }

    static List<String> news(String what, Map<String, Long> locked, Map<String, Long> now) {
        return now.entrySet().stream()
                .filter(entry -> !locked.containsKey(entry.getKey()))
                .map(entry -> "the " + what + " '" + entry.getKey() + "' (" + entry.getValue() + ") is new")
                .toList();
    }

    /**
     * Refuses a new lock that says another number than an earlier one did.
     *
     * @throws BuildException naming each
     */
    public static void refuseChanges(Lock before, Lock after) throws BuildException {
        var changes = changes(before, after.users(), after.groups());
        if (!changes.isEmpty()) {
            throw BuildException.badInput(
                    "numbers of users and groups would change, and files on the STATE of hosts belong to the numbers:\n  "
                            + String.join("\n  ", changes),
                    "find out which package or source made the difference; if no host has files of these users and groups,"
                            + " --allow-id-changes");
        }
    }
}
