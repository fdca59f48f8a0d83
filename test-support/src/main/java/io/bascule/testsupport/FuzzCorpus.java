package io.bascule.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The inputs that a target begins with.
 *
 * @param seeds those made in code, by name; the parser takes them
 * @param files those of the corpus' folder, by file name; of any kind
 */
record FuzzCorpus(SortedMap<String, byte[]> seeds, SortedMap<String, byte[]> files) {
    private static final Path FOLDER = Path.of("src", "test", "fuzz");

    static FuzzCorpus of(FuzzTarget target) throws Exception {
        return new FuzzCorpus(new TreeMap<>(target.seeds()), files(FOLDER.resolve(target.name())));
    }

    private static SortedMap<String, byte[]> files(Path folder) throws IOException {
        var files = new TreeMap<String, byte[]>();
        if (Files.isDirectory(folder)) {
            try (var paths = Files.list(folder)) {
                for (var path : paths.toList()) {
                    files.put(String.valueOf(path.getFileName()), Files.readAllBytes(path));
                }
            }
        }
        return files;
    }

    int size() {
        return seeds.size() + files.size();
    }

    List<byte[]> all() {
        var all = new ArrayList<>(seeds.values());
        all.addAll(files.values());
        return all;
    }
}
