package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.uki.UkiReader;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A kernel image as systemd-boot 257 sees it ({@code boot_entry_add_unified}, {@code boot_entry_parse_tries}).
 *
 * @param file its name
 * @param id that name without the counter, in lower case
 * @param left tries left, -1 without a counter
 * @param done tries made
 * @param image its bytes
 */
record LoaderEntry(String file, String id, String sortKey, String version, int left, int done, BlockDevice image) {
    private static final Pattern COUNTER = Pattern.compile("(?i)(.*)\\+([0-9]+)(?:-([0-9]+))?(\\.efi)");

    /** {@code boot_entry_compare}: what comes first is started. Equals stay in the order of the directory. */
    static final Comparator<LoaderEntry> ORDER = Comparator.comparing((LoaderEntry entry) -> entry.left == 0)
            .thenComparing(LoaderEntry::sortKey)
            .thenComparing(LoaderEntry::version, (a, b) -> -VersionOrder.compare(a, b))
            .thenComparing(LoaderEntry::id, (a, b) -> -VersionOrder.compare(a, b))
            .thenComparing(LoaderEntry::byTries);

    /** {@return what systemd-boot would make of a file, or nothing if it would not look at it} */
    static Optional<LoaderEntry> of(String file, BlockDevice image) {
        var lower = file.toLowerCase(Locale.ROOT);
        if (!lower.endsWith(".efi") || lower.startsWith("auto-")) {
            return Optional.empty();
        }
        String osRelease;
        try {
            osRelease = UkiReader.text(image, ".osrel").orElse("");
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        var fields = new HashMap<String, String>();
        for (var line : osRelease.lines().toList()) {
            var equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1).replaceAll("^\"|\"$", ""));
            }
        }
        var name = first(fields, "PRETTY_NAME", "IMAGE_ID", "NAME", "ID");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        var counter = COUNTER.matcher(file);
        var counted = counter.matches();
        return Optional.of(new LoaderEntry(
                file,
                counted ? (counter.group(1) + counter.group(4)).toLowerCase(Locale.ROOT) : lower,
                first(fields, "IMAGE_ID", "ID"),
                first(fields, "IMAGE_VERSION", "VERSION", "VERSION_ID", "BUILD_ID"),
                counted ? Integer.parseInt(counter.group(2)) : -1,
                counted && counter.group(3) != null ? Integer.parseInt(counter.group(3)) : 0,
                image));
    }

    private static String first(Map<String, String> fields, String... names) {
        for (var name : names) {
            var value = fields.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    boolean counted() {
        return left >= 0;
    }

    /** {@return its name after one more boot} */
    String nextName() {
        return withoutCounter() + "+" + Math.max(0, left - 1) + "-" + (done + 1) + extension();
    }

    String blessedName() {
        return withoutCounter() + extension();
    }

    private String withoutCounter() {
        return counted() ? file.substring(0, file.lastIndexOf('+')) : file.substring(0, file.length() - 4);
    }

    private String extension() {
        return file.substring(file.length() - 4);
    }

    private int byTries(LoaderEntry other) {
        if (left < 0 || other.left < 0) {
            return 0;
        }
        return left != other.left ? Integer.compare(other.left, left) : Integer.compare(done, other.done);
    }
}
