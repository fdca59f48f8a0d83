package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.imagebuilder.source.MirrorFile;
import io.bascule.partitionlayout.ForeignText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which versions a mirror has today. It is for a complaint only: nothing that is found here is verified, and a mirror that does
 * not say is not asked twice.
 */
final class MirrorVersions {
    private static final List<String> ENDINGS = List.of(".xz", ".gz", "");

    private MirrorVersions() {}

    /**
     * {@return the version of each package in the index that its file came from, by {@link LockedPackage#key}; those that are not
     * found are left out}
     */
    static Map<String, String> of(List<LockedPackage> packages, String suite, AptMirrors mirrors, MirrorFile files)
            throws InterruptedException {
        var found = new HashMap<String, String>();
        for (var archive : LockedPackage.Archive.values()) {
            var keys = packages.stream()
                    .filter(item -> item.archive() == archive)
                    .map(LockedPackage::key)
                    .collect(Collectors.toSet());
            if (keys.isEmpty()) {
                continue;
            }
            if (archive == LockedPackage.Archive.MAIN) {
                read(mirrors.main(), suite, keys, files, found);
                read(mirrors.main(), suite + "-updates", keys, files, found);
            } else if (mirrors.security().isPresent()) {
                read(mirrors.security().get(), suite + "-security", keys, files, found);
            }
        }
        return found;
    }

    private static void read(URI mirror, String suite, Set<String> keys, MirrorFile files, Map<String, String> found)
            throws InterruptedException {
        for (var ending : ENDINGS) {
            try (var in = files.open(mirror, "dists/" + suite + "/main/binary-amd64/Packages" + ending)) {
                PackagesIndex.forEach(in, entry -> {
                    var key = entry.get("Package") + ":" + entry.get("Architecture");
                    if (keys.contains(key)) {
                        found.put(key, ForeignText.printable(entry.getOrDefault("Version", "")));
                    }
                });
                return;
            } catch (FileNotFoundException e) {
                // It may have the index in another form.
            } catch (IOException e) {
                return;
            }
        }
    }
}
