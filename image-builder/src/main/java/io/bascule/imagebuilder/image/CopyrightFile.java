package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A package's {@code copyright}, if it is machine-readable: <a
 * href="https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/">copyright-format 1.0</a>, and the drafts before
 * it (DEP-5).
 */
final class CopyrightFile {
    private static final int MAX_SIZE = 8 << 20;
    private static final int MAX_LICENSES = 1000;
    private static final int MAX_LENGTH = 500;

    private CopyrightFile() {}

    /** {@return the licences of a package, in its own words; none if its copyright is for people only} */
    static List<String> licensesOf(FileTree tree, String packageName) throws IOException {
        var file = tree.file("usr/share/doc/" + packageName + "/copyright").orElse(null);
        if (file == null || file.content().size() > MAX_SIZE) {
            return List.of();
        }
        return licenses(new String(file.content().readAll(), StandardCharsets.UTF_8));
    }

    /**
     * {@return what the text says of the whole and of files, each once, in order} Paragraphs that only hold the text of a
     * licence say nothing about files.
     */
    static List<String> licenses(String text) {
        var paragraphs = paragraphs(text);
        if (paragraphs.isEmpty() || !isMachineReadable(paragraphs.getFirst())) {
            return List.of();
        }
        var licenses = new TreeSet<String>();
        for (var i = 0; i < paragraphs.size() && licenses.size() < MAX_LICENSES; i++) {
            var fields = InstalledPackage.fields(paragraphs.get(i));
            var license = fields.getOrDefault("License", "").replaceAll("\\s+", " ");
            if ((i == 0 || fields.containsKey("Files")) && !license.isEmpty() && license.length() <= MAX_LENGTH) {
                licenses.add(license);
            }
        }
        return List.copyOf(licenses);
    }

    private static boolean isMachineReadable(String header) {
        var fields = InstalledPackage.fields(header);
        var format = fields.getOrDefault("Format", fields.getOrDefault("Format-Specification", ""));
        return format.contains("copyright-format") || format.contains("dep5") || format.contains("CopyrightFormat");
    }

    private static List<String> paragraphs(String text) {
        var paragraphs = new ArrayList<String>();
        var open = new StringBuilder();
        for (var line : text.lines().toList()) {
            if (!line.isBlank()) {
                open.append(line).append('\n');
            } else if (!open.isEmpty()) {
                paragraphs.add(open.toString());
                open.setLength(0);
            }
        }
        if (!open.isEmpty()) {
            paragraphs.add(open.toString());
        }
        return paragraphs;
    }
}
