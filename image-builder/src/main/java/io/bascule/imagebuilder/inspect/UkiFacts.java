package io.bascule.imagebuilder.inspect;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ForeignText;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.uki.UkiReader;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a UKI says. */
final class UkiFacts {
    private static final Pattern OS_RELEASE = Pattern.compile("(?m)^([A-Z0-9_]+)=[\"']?([^\"'\\n]*)[\"']?$");

    private UkiFacts() {}

    static ImageReport.Uki read(BlockDevice image) throws IOException {
        var header = UkiReader.header(image);
        var sections = header.sections().stream()
                .map(section -> new ImageReport.Section(
                        ForeignText.printable(section.name()),
                        // In memory the kernel takes more than it has bytes in the file.
                        Math.min(section.virtualSize(), section.rawSize()),
                        section.rawPointer()))
                .toList();
        var osRelease = new TreeMap<String, String>();
        var lines = OS_RELEASE.matcher(UkiReader.text(image, ".osrel").orElse(""));
        while (lines.find()) {
            osRelease.put(lines.group(1), ForeignText.printable(lines.group(2)));
        }
        return new ImageReport.Uki(
                sections,
                header.signed(),
                text(image, ".cmdline").orElse(null),
                text(image, ".uname").orElse(null),
                usrHash(image),
                osRelease);
    }

    private static Optional<String> text(BlockDevice image, String section) throws IOException {
        return UkiReader.text(image, section).map(String::strip).map(ForeignText::printable);
    }

    private static @Nullable String usrHash(BlockDevice image) throws IOException {
        try {
            return UkiReader.usrHash(image).hex();
        } catch (MalformedFormatException e) {
            // It names none, or what it names is no root hash; the command line is shown, too.
            return null;
        }
    }
}
