package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.image.InstalledPackage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A package that is not the same in both images. All texts are visible.
 *
 * @param before its version; empty if it is new
 * @param after its version; empty if it is gone
 * @param growth of what the package says it takes installed, in bytes
 */
public record PackageChange(
        ChangeKind kind, String name, String architecture, String before, String after, long growth) {
    private static final long KIB = 1024;

    /** {@return the packages that differ: changed, then added, then removed, each by name} */
    static List<PackageChange> between(ImageContents before, ImageContents after) {
        var old = byKey(before);
        var changes = new ArrayList<PackageChange>();
        byKey(after).forEach((key, now) -> {
            var was = old.remove(key);
            if (was == null) {
                changes.add(change(ChangeKind.ADDED, now, "", now.version(), now.installedSize()));
            } else if (!was.version().equals(now.version()) || !was.name().equals(now.name())) {
                changes.add(change(
                        ChangeKind.CHANGED,
                        now,
                        was.version(),
                        now.version(),
                        now.installedSize() - was.installedSize()));
            }
        });
        old.values()
                .forEach(was -> changes.add(change(ChangeKind.REMOVED, was, was.version(), "", -was.installedSize())));
        changes.sort(Comparator.comparing(PackageChange::kind)
                .thenComparing(PackageChange::name)
                .thenComparing(PackageChange::architecture));
        return List.copyOf(changes);
    }

    private static PackageChange change(
            ChangeKind kind, InstalledPackage item, String before, String after, long growthKiB) {
        return new PackageChange(
                kind,
                VisibleText.of(item.name()),
                VisibleText.of(item.architecture()),
                VisibleText.of(before),
                VisibleText.of(after),
                growthKiB * KIB);
    }

    /** The release of the kernel is part of names; another one makes no other package. */
    private static TreeMap<String, InstalledPackage> byKey(ImageContents contents) {
        var kernel = contents.facts().kernelRelease();
        var packages = new TreeMap<String, InstalledPackage>();
        for (var item : contents.packages()) {
            var name = kernel.isEmpty() ? item.name() : item.name().replace(kernel, "\0kernel");
            packages.put(name + "\0" + item.architecture(), item);
        }
        return packages;
    }
}
