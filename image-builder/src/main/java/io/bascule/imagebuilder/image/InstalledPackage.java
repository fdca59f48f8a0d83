package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A package in the image, from dpkg's status file (Debian Policy, chapter 5) and its copyright file.
 *
 * @param name of the binary package
 * @param version of the binary package
 * @param architecture like {@code amd64} or {@code all}
 * @param source name of the source package
 * @param sourceVersion of the source package; most often the same as {@code version}
 * @param maintainer name and address; empty if the package names none
 * @param installedSize as the package says it, in KiB; 0 if it does not
 * @param licenses in the words of its copyright file, each once; empty if that is not machine-readable
 */
public record InstalledPackage(
        String name,
        String version,
        String architecture,
        String source,
        String sourceVersion,
        String maintainer,
        long installedSize,
        List<String> licenses) {
    /** Where dpkg keeps what is installed. */
    public static final String STATUS = "var/lib/dpkg/status";

    private static final Pattern SOURCE = Pattern.compile("(\\S+)(?:\\s+\\((.*)\\))?");

    public InstalledPackage {
        licenses = List.copyOf(licenses);
    }

    /** A package of which no more than this is known. */
    public InstalledPackage(String name, String version, String architecture, String source, long installedSize) {
        this(name, version, architecture, source, version, "", installedSize, List.of());
    }

    /** {@return the packages of {@code tree}, by name; none if it was not made by dpkg} */
    static List<InstalledPackage> readAll(FileTree tree) throws IOException {
        var packages = new ArrayList<InstalledPackage>();
        for (var item : readStatus(tree, STATUS)) {
            packages.add(item.withLicenses(CopyrightFile.licensesOf(tree, item.name())));
        }
        // A folder of documents may be a link to that of a package from the same source.
        var ofSource = new HashMap<String, List<String>>();
        packages.forEach(item ->
                ofSource.merge(item.source(), item.licenses(), (known, found) -> known.isEmpty() ? found : known));
        packages.replaceAll(item ->
                item.licenses().isEmpty() ? item.withLicenses(ofSource.getOrDefault(item.source(), List.of())) : item);
        return packages;
    }

    /**
     * {@return the packages that a status file names, by name, without their licences}
     *
     * @param path of the status file; none are installed if it is not there
     */
    public static List<InstalledPackage> readStatus(FileTree tree, String path) throws IOException {
        var packages = new ArrayList<InstalledPackage>();
        var status = tree.file(path).orElse(null);
        if (status != null) {
            var text = new String(status.content().readAll(), StandardCharsets.UTF_8);
            for (var paragraph : text.split("\n\n")) {
                var fields = fields(paragraph);
                if (fields.containsKey("Package")
                        && fields.getOrDefault("Status", "").endsWith(" installed")) {
                    packages.add(of(fields));
                }
            }
        }
        packages.sort(Comparator.comparing(InstalledPackage::name).thenComparing(InstalledPackage::architecture));
        return packages;
    }

    private static InstalledPackage of(Map<String, String> fields) {
        var name = fields.getOrDefault("Package", "");
        var version = fields.getOrDefault("Version", "");
        var source = name;
        var sourceVersion = version;
        // "Source: glibc (2.41-12)"; the version is there only if it is another one.
        var matcher = SOURCE.matcher(fields.getOrDefault("Source", ""));
        if (matcher.matches()) {
            source = matcher.group(1);
            sourceVersion = matcher.group(2) == null ? version : matcher.group(2);
        }
        return new InstalledPackage(
                name,
                version,
                fields.getOrDefault("Architecture", ""),
                source,
                sourceVersion,
                fields.getOrDefault("Maintainer", ""),
                size(fields.getOrDefault("Installed-Size", "")),
                List.of());
    }

    /** {@return the first lines of the fields in a paragraph} */
    static Map<String, String> fields(String paragraph) {
        var fields = new HashMap<String, String>();
        for (var line : paragraph.lines().toList()) {
            var colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith(" ") && !line.startsWith("\t")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private InstalledPackage withLicenses(List<String> found) {
        return new InstalledPackage(
                name, version, architecture, source, sourceVersion, maintainer, installedSize, found);
    }

    private static long size(String text) {
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
    }
}
