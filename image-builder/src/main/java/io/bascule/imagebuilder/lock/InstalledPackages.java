package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Between what dpkg says is installed, and a lock. */
public final class InstalledPackages {
    private InstalledPackages() {}

    /**
     * Finds the files of what is installed, and moves them into the store.
     *
     * @param archives a folder with packages, apt's cache; on the file system of the store
     * @param lists apt's folder of indexes
     * @return the packages, for a lock
     * @throws BuildException if a package is installed that is in neither
     */
    public static List<LockedPackage> lock(
            List<InstalledPackage> installed, Path archives, Path lists, String suite, PackageStore store)
            throws BuildException, IOException {
        var debs = debs(archives);
        var hashes = debs.values().stream().map(Deb::sha256).collect(Collectors.toSet());
        var entries = PackagesIndex.find(lists, suite, hashes);
        var packages = new ArrayList<LockedPackage>();
        var used = new ArrayList<Deb>();
        for (var item : installed) {
            var name = describe(item.name(), item.version(), item.architecture());
            var deb = debs.get(name);
            if (deb == null) {
                throw unknown(name, "apt has not kept its file");
            }
            var entry = entries.get(deb.sha256());
            if (entry == null) {
                throw unknown(name, "no index of the mirror has its hash");
            }
            packages.add(entry);
            used.add(deb);
        }
        for (var deb : used) {
            store.publish(deb.file(), deb.sha256());
        }
        return packages;
    }

    private record Deb(Path file, Sha256Digest sha256) {}

    private static Map<String, Deb> debs(Path archives) throws BuildException, IOException {
        var found = new HashMap<String, Deb>();
        try (var files = Files.newDirectoryStream(archives, "*.deb")) {
            for (var file : files) {
                var control = DebControl.read(file);
                found.put(
                        describe(control.field("Package"), control.field("Version"), control.field("Architecture")),
                        new Deb(file, Sha256Digest.ofFile(file)));
            }
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.IO, "apt has got a broken package: " + e.getMessage(), "lock again", e);
        }
        return found;
    }

    private static BuildException unknown(String name, String problem) {
        return new BuildException(
                BuildException.Kind.IO,
                name + " is installed, but " + problem,
                "lock again; if it stays like that, the mirror is broken");
    }

    /**
     * Compares what is installed with what is locked.
     *
     * @throws BuildException naming every difference
     */
    public static void check(List<InstalledPackage> installed, Lock lock) throws BuildException {
        var locked = new TreeMap<String, String>();
        lock.packages().forEach(item -> locked.put(item.key(), item.version()));
        var differences = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (var item : installed) {
            var key = item.name() + ":" + item.architecture();
            seen.add(key);
            var version = locked.get(key);
            if (version == null) {
                differences.add(key + " " + item.version() + " is installed and not locked");
            } else if (!version.equals(item.version())) {
                differences.add(key + " is installed in version " + item.version() + ", locked is " + version);
            }
        }
        locked.forEach((key, version) -> {
            if (!seen.contains(key)) {
                differences.add(key + " " + version + " is locked and not installed");
            }
        });
        if (!differences.isEmpty()) {
            throw BuildException.badInput(
                    "the tree does not have exactly the locked packages:\n  " + String.join("\n  ", differences),
                    "the board's packages, or the version of mmdebstrap, have changed since: `bascule lock` again");
        }
    }

    private static String describe(String name, String version, String architecture) {
        return name + " " + version + " (" + architecture + ")";
    }
}
