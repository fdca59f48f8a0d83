package io.bascule.scenarios.run;

import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the results of scenarios depend on: the sources of a checkout, boards and test images among them. */
public final class Inputs {
    private static final List<String> FOLDERS = List.of("boards", "test-images");

    private Inputs() {}

    /** {@return one digest of all of them} Names and contents count, times do not. */
    public static String digest(Path checkout) throws IOException {
        var files = new ArrayList<Path>();
        try (var modules = Files.list(checkout)) {
            for (var module : modules.filter(Files::isDirectory).toList()) {
                addFiles(files, module.resolve("src").resolve("main"));
            }
        }
        for (var folder : FOLDERS) {
            addFiles(files, checkout.resolve(folder));
        }
        files.sort(null);
        var digest = Sha256Digest.newMessageDigest();
        for (var file : files) {
            digest.update((checkout.relativize(file) + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(Sha256Digest.ofContent(Files.readAllBytes(file)).bytes());
        }
        return Sha256Digest.of(digest.digest()).toString();
    }

    private static void addFiles(List<Path> files, Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var found = Files.walk(folder)) {
                found.filter(Files::isRegularFile).forEach(files::add);
            }
        }
    }
}
