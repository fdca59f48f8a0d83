package io.bascule.updateengine.host;

import java.io.IOException;
import java.util.Locale;

/**
 * Changes names on FAT so that a power cut at any moment leaves nothing that boots by mistake. FAT makes two things hard:
 *
 * <ul>
 *   <li>A long name takes several directory entries, which may lie in two sectors, and a sector is what a disk writes as a
 *       whole. If only the one with the long name is changed, the file is called like {@code AMD64-~1.EFI}, which is a good
 *       entry for systemd-boot whatever the counter was. So a file whose name appears or goes has no valid start meanwhile:
 *       what begins with zeros is no program. Its start is one sector, in place.
 *   <li>vfat gives a renamed file an entry that says "empty", and writes where its contents are up to a minute later, or when
 *       the file is synced. To sync the folder is not enough.
 * </ul>
 */
public final class EspSteps {
    private EspSteps() {}

    /** Gives a file another name, which is free; it has it when this returns. */
    public static void rename(EspFiles files, String from, String to) throws IOException {
        var appears = isEntry(to) && !isEntry(from);
        var start = new byte[0];
        if (appears) {
            start = files.readStart(from);
            files.writeStart(from, new byte[start.length]);
        }
        files.rename(from, to);
        files.syncFile(to);
        files.syncFolder();
        if (appears) {
            files.writeStart(to, start);
        }
    }

    /** Deletes a file; none of that name is no error. */
    public static void delete(EspFiles files, String name) throws IOException {
        if (isEntry(name)) {
            kill(files, name);
        }
        if (files.delete(name)) {
            files.syncFolder();
        }
    }

    private static void kill(EspFiles files, String name) throws IOException {
        int length;
        try {
            length = files.readStart(name).length;
        } catch (IOException unreadable) {
            // Then it boots nothing as it is.
            return;
        }
        files.writeStart(name, new byte[length]);
    }

    /** {@return whether a file that begins so is none that boots: one that is empty, or whose name was about to change} */
    public static boolean dead(byte[] start) {
        for (var b : start) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEntry(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".efi");
    }
}
