package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.source.Decompressor;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.signing.Sha256Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The indexes {@code Packages} of an archive, of which apt keeps copies that it has verified. */
final class PackagesIndex {
    private static final Set<String> FIELDS =
            Set.of("Package", "Version", "Architecture", "Filename", "Size", "SHA256", "Priority");

    private PackagesIndex() {}

    /**
     * {@return the entries of the packages with these hashes}
     *
     * @param lists apt's folder of indexes
     * @param suite whose security archive is told from the main one by its name
     */
    static Map<Sha256Digest, LockedPackage> find(Path lists, String suite, Set<Sha256Digest> wanted)
            throws IOException {
        var found = new HashMap<Sha256Digest, LockedPackage>();
        try (var files = Files.newDirectoryStream(lists, "*_Packages*")) {
            for (var file : files) {
                var archive = file.getFileName().toString().contains("_dists_" + suite + "-security_")
                        ? LockedPackage.Archive.SECURITY
                        : LockedPackage.Archive.MAIN;
                try (var in = Files.newInputStream(file)) {
                    forEach(in, entry -> keep(entry, archive, wanted, found));
                }
            }
        }
        return found;
    }

    /** Reads an index, compressed or not; of each entry only what a lock needs. */
    static void forEach(InputStream index, Consumer<Map<String, String>> entry) throws IOException {
        var budget = UnpackBudget.forSlot(ByteCount.ofMiB(1));
        var fields = new HashMap<String, String>();
        var lines = new BufferedReader(new InputStreamReader(Decompressor.open(index, budget), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                entry.accept(fields);
                fields.clear();
                continue;
            }
            var colon = line.indexOf(':');
            if (colon > 0 && FIELDS.contains(line.substring(0, colon))) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        entry.accept(fields);
    }

    private static void keep(
            Map<String, String> entry,
            LockedPackage.Archive archive,
            Set<Sha256Digest> wanted,
            Map<Sha256Digest, LockedPackage> found) {
        var sha256 = entry.getOrDefault("SHA256", "");
        if (!sha256.matches("[0-9a-f]{64}") || !entry.getOrDefault("Size", "").matches("[0-9]{1,12}")) {
            return;
        }
        var digest = Sha256Digest.parse(sha256);
        if (!wanted.contains(digest)) {
            return;
        }
        var item = new LockedPackage(
                entry.getOrDefault("Package", ""),
                entry.getOrDefault("Version", ""),
                entry.getOrDefault("Architecture", ""),
                archive,
                entry.getOrDefault("Filename", "").replaceFirst("^(?:\\./)+", ""),
                Long.parseLong(entry.getOrDefault("Size", "0")),
                digest,
                entry.getOrDefault("Priority", "optional"));
        // The same file in both archives is taken from the main one, which every mirror has.
        found.merge(digest, item, (one, other) -> one.archive() == LockedPackage.Archive.MAIN ? one : other);
    }
}
