package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * What the packages put into {@code /var}, as tmpfiles.d(5): STATE is empty at first boot, and a later release may need
 * folders that an earlier one did not have.
 */
final class StateFiles {
    /** Not to be made: caches and databases of a package manager that is not there, and what systemd makes itself. */
    private static final Set<String> LEFT_OUT = Set.of(
            "var/cache/apt",
            "var/cache/debconf",
            "var/cache/ldconfig",
            "var/lib/apt",
            "var/lib/dpkg",
            "var/lib/systemd/deb-systemd-helper-enabled",
            "var/lib/systemd/deb-systemd-helper-masked",
            "var/lib/systemd/deb-systemd-user-helper-enabled",
            "var/lib/initramfs-tools",
            "var/lib/pam",
            "var/lib/ucf",
            "var/log/journal",
            "var/lock",
            "var/run");

    private StateFiles() {}

    static String of(FileTree tree) throws BuildException {
        var text = new StringBuilder("# The folders that the packages of this image have in /var.\n");
        if (tree.find("var").orElse(null) instanceof Inode.Directory directory) {
            append(text, directory, "var");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Inode.Directory directory, String path) throws BuildException {
        for (var child : directory.children()) {
            var childPath = path + "/" + quotable(child.getKey(), path);
            if (LEFT_OUT.contains(childPath)) {
                continue;
            }
            switch (child.getValue()) {
                case Inode.Directory below -> {
                    var attributes = below.attributes();
                    text.append(String.format(
                            Locale.ROOT,
                            "d \"/%s\" %04o %d %d -\n",
                            childPath,
                            attributes.permissions(),
                            attributes.uid(),
                            attributes.gid()));
                    append(text, below, childPath);
                }
                case Inode.Symlink link ->
                    text.append("L \"/")
                            .append(childPath)
                            .append("\" - - - - ")
                            .append(escape(link.target()))
                            .append('\n');
                // Files in /var are data of one machine.
                case Inode.RegularFile unused -> {}
                case Inode.Special unused -> {}
            }
        }
    }

    /** {@return {@code name} as part of a path between double quotes} */
    private static String quotable(Name name, String path) throws BuildException {
        var text = name.toString();
        if (!Name.of(text).equals(name) || text.chars().anyMatch(Character::isISOControl)) {
            throw BuildException.badInput(
                    "a package has '" + text + "' in /" + path + ", a name that tmpfiles.d cannot say",
                    "exclude it in board.yaml, or leave out the package");
        }
        return text.replace("%", "%%").replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** The rest of a line may have any bytes: there tmpfiles.d knows the escapes of C. */
    private static String escape(Name target) {
        var escaped = new StringBuilder();
        for (var b : target.bytes()) {
            var character = (char) (b & 0xFF);
            if (character == '%') {
                escaped.append("%%");
            } else if (character <= ' ' || character > '~' || character == '\\') {
                escaped.append("\\x").append(HexFormat.of().toHexDigits(b));
            } else {
                escaped.append(character);
            }
        }
        return escaped.toString();
    }
}
