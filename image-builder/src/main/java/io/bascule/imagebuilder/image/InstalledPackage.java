package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/**
 * A package in the image, from dpkg's status file (Debian Policy, chapter 5).
 *
 * @param name of the binary package
 * @param version of the binary package
 * @param architecture like {@code amd64} or {@code all}
 * @param source name of the source package
 * @param installedSize as the package says it, in KiB; 0 if it does not
 */
public record InstalledPackage(String name, String version, String architecture, String source, long installedSize) {
    static final String STATUS = "var/lib/dpkg/status";

    /** {@return the packages of {@code tree}, by name; none if it was not made by dpkg} */
    static List<InstalledPackage> readAll(FileTree tree) throws IOException {
        var packages = new ArrayList<InstalledPackage>();
        var status = tree.file(STATUS).orElse(null);
        if (status != null) {
            var text = new String(status.content().readAll(), StandardCharsets.UTF_8);
            for (var paragraph : text.split("\n\n")) {
                var fields = new HashMap<String, String>();
                for (var line : paragraph.lines().toList()) {
                    var colon = line.indexOf(':');
                    if (colon > 0 && !line.startsWith(" ")) {
                        fields.put(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    }
                }
                var name = fields.get("Package");
                if (name != null && fields.getOrDefault("Status", "").endsWith(" installed")) {
                    packages.add(new InstalledPackage(
                            name,
                            fields.getOrDefault("Version", ""),
                            fields.getOrDefault("Architecture", ""),
                            fields.getOrDefault("Source", name).replaceFirst(" .*", ""),
                            size(fields.getOrDefault("Installed-Size", ""))));
                }
            }
        }
        packages.sort(Comparator.comparing(InstalledPackage::name).thenComparing(InstalledPackage::architecture));
        return packages;
    }

    private static long size(String text) {
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
    }
}
