package io.bascule.updateengine;

import io.bascule.updateengine.boot.BootEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Why the last boot that failed did, as far as it could say: {@code boot-failed} beside the engine's state, which the
 * image's script of that name leaves. Its first line is the id of the entry, each other one the result of a health check:
 * name, kind, result, seconds and last line of output, with tabs between.
 */
final class BootFailure {
    static final String FILE = "boot-failed";

    private static final int MAX_SIZE = 64 << 10;
    private static final int FIELDS = 5;

    private BootFailure() {}

    /** {@return the first required check that failed in the last boot of {@code entry}; nothing if that is not known} */
    static Optional<String> of(Path stateFolder, BootEntry entry) {
        var file = stateFolder.resolveSibling(FILE);
        try (var in = Files.newInputStream(file)) {
            var lines = new String(in.readNBytes(MAX_SIZE), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            // systemd-boot folds the case of ids.
            if (lines.isEmpty()
                    || !lines.getFirst().equalsIgnoreCase(entry.blessed().fileName())) {
                return Optional.empty();
            }
            return lines.stream()
                    .skip(1)
                    .map(line -> line.split("\t", FIELDS))
                    .filter(check -> check.length == FIELDS && check[1].equals("required") && !check[2].equals("ok"))
                    .findFirst()
                    .map(check -> String.format(Locale.ROOT, "health check %s %s: %s", check[0], check[2], check[4]));
        } catch (IOException e) {
            // It is not there when the kernel or the initrd failed, and without it the verdict is the same.
            return Optional.empty();
        }
    }
}
