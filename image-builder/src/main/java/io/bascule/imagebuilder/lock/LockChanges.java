package io.bascule.imagebuilder.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a new lock says otherwise than the one before.
 *
 * @param packages that are new, gone or of another version, by name
 * @param others everything else, in words
 */
public record LockChanges(List<PackageChange> packages, List<String> others) {
    public LockChanges {
        packages = List.copyOf(packages);
        others = List.copyOf(others);
    }

    /**
     * A package.
     *
     * @param name with its architecture, like {@code bash:amd64}
     * @param before its version; empty if it is new
     * @param after its version; empty if it is gone
     */
    public record PackageChange(String name, String before, String after) {
        @Override
        public String toString() {
            if (before.isEmpty()) {
                return name + " " + after + " is new";
            }
            if (after.isEmpty()) {
                return name + " " + before + " is gone";
            }
            return before.equals(after)
                    ? name + " " + after + " has other bytes"
                    : name + " " + before + " -> " + after;
        }
    }

    /** {@return what is different; everything is new without an earlier lock, and not said} */
    public static LockChanges between(Optional<Lock> earlier, Lock after) {
        if (earlier.isEmpty()) {
            return new LockChanges(List.of(), List.of());
        }
        var before = earlier.get();
        var others = new ArrayList<String>();
        if (!before.board().equals(after.board())) {
            others.add("the board is '" + after.board() + "', it was '" + before.board() + "'");
        }
        if (!before.suite().equals(after.suite())) {
            others.add("Debian is " + after.suite().orElse("none") + ", it was "
                    + before.suite().orElse("none"));
        }
        if (!before.runtime().equals(after.runtime())) {
            others.add("the engine's Java runtime is another: Java "
                    + after.runtime().java());
        }
        if (!before.keyring().equals(after.keyring())) {
            others.add(after.keyring().isPresent() ? "the keyring is another" : "images get no keyring any more");
        }
        if (!before.sources().equals(after.sources())) {
            for (var source : after.sources()) {
                if (!before.sources().contains(source)) {
                    others.add("the source " + source.name() + " is new or has other bytes");
                }
            }
            for (var source : before.sources()) {
                if (after.sources().stream().noneMatch(now -> now.name().equals(source.name()))) {
                    others.add("the source " + source.name() + " is gone");
                }
            }
            if (before.sources().size() == after.sources().size()
                    && before.sources().containsAll(after.sources())) {
                others.add("the sources are in another order");
            }
        }
        if (!before.previous().equals(after.previous())) {
            others.add("the earlier images are "
                    + (after.previous().isEmpty()
                            ? "none"
                            : String.join(
                                    ", ",
                                    after.previous().stream()
                                            .map(Lock.Image::name)
                                            .toList())));
        }
        others.addAll(LockedIds.changes(before, after.users(), after.groups()));
        others.addAll(LockedIds.news("user", before.users(), after.users()));
        others.addAll(LockedIds.news("group", before.groups(), after.groups()));
        return new LockChanges(packages(before, after), others);
    }

    private static List<PackageChange> packages(Lock before, Lock after) {
        var old = byKey(before);
        var now = byKey(after);
        var keys = new TreeMap<String, LockedPackage>(old);
        keys.putAll(now);
        var changes = new ArrayList<PackageChange>();
        for (var key : keys.keySet()) {
            var was = Optional.ofNullable(old.get(key));
            var is = Optional.ofNullable(now.get(key));
            if (!was.map(LockedPackage::sha256).equals(is.map(LockedPackage::sha256))) {
                changes.add(new PackageChange(
                        key,
                        was.map(LockedPackage::version).orElse(""),
                        is.map(LockedPackage::version).orElse("")));
            }
        }
        return changes;
    }

    private static SortedMap<String, LockedPackage> byKey(Lock lock) {
        var packages = new TreeMap<String, LockedPackage>();
        for (var item : lock.packages()) {
            packages.put(item.key(), item);
        }
        return packages;
    }

    /** {@return whether the locks say the same} */
    public boolean isEmpty() {
        return packages.isEmpty() && others.isEmpty();
    }

    /** {@return how many packages are new, gone, and changed, in words} */
    public String summary() {
        var counts = new TreeMap<String, Integer>(Map.of("new", 0, "gone", 0, "changed", 0));
        for (var change : packages) {
            counts.merge(
                    change.before().isEmpty() ? "new" : change.after().isEmpty() ? "gone" : "changed", 1, Integer::sum);
        }
        return "packages: " + counts.get("new") + " new, " + counts.get("gone") + " gone, " + counts.get("changed")
                + " in another version";
    }
}
