package io.bascule.partitionlayout.fat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The rules for long names (fatgen103, "Long Directory Entries", with what Windows and Linux refuse or strip). */
final class LongName {
    private static final String FORBIDDEN = "\"*/:<>?\\|";

    private LongName() {}

    /**
     * {@return {@code name}, which FAT can hold and every system gives back as it is}
     *
     * @param path where the name occurs, for the message
     * @throws IllegalArgumentException if it is not such a name
     */
    static String check(String name, String path) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("'" + path + "': '" + name + "' is no name for a file on FAT");
        }
        if (name.length() > FatFormat.MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("'" + path + "': the name has " + name.length()
                    + " UTF-16 code units, FAT holds " + FatFormat.MAX_NAME_LENGTH);
        }
        for (var i = 0; i < name.length(); i++) {
            if (name.charAt(i) < ' ' || FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
                throw new IllegalArgumentException("'" + path + "': U+"
                        + String.format(Locale.ROOT, "%04X", (int) name.charAt(i))
                        + " is not allowed in a name on FAT");
            }
        }
        if (name.endsWith(".") || name.endsWith(" ")) {
            throw new IllegalArgumentException("'" + path + "': dots and spaces at the end of a name are lost on FAT");
        }
        if (!StandardCharsets.UTF_16LE.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("'" + path + "': the name is not valid Unicode");
        }
        return name;
    }
}
