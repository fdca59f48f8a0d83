package io.bascule.updateengine;

import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.updateengine.boot.BootControl;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.boot.BootOrder;
import io.bascule.updateengine.host.EspSteps;
import io.bascule.updateengine.host.Host;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the files among the boot entries are, by their names and contents. After a power cut a file may have two names, one
 * of them dead, or one that nobody gave it ({@code AMD64-~1.EFI}, see {@link EspSteps}).
 *
 * @param running the running release's entry
 * @param alias if it has none: a name of its UKI that FAT gave
 * @param others the other entries of this board, the one that systemd-boot prefers first
 * @param leftovers what boots nothing, or nothing of this host any more, and can be deleted
 */
record EntryNames(Optional<BootEntry> running, Optional<String> alias, List<BootEntry> others, List<String> leftovers) {
    private static final Pattern ALIAS = Pattern.compile("(?i)[^.]{1,6}~[0-9]{1,6}\\.efi");

    /** What FAT calls a UKI that was being written when the power was cut, before anything was in it. */
    private static final Pattern INCOMING_ALIAS = Pattern.compile("(?i)[^.]{1,6}~[0-9]{1,6}\\.par");

    private static final int SECTOR = 512;

    static EntryNames read(Host host) throws IOException {
        var system = host.running();
        var running = new ArrayList<BootEntry>();
        var aliases = new ArrayList<String>();
        var others = new ArrayList<BootEntry>();
        var leftovers = new ArrayList<String>();
        for (var name : host.esp().list()) {
            var entry = BootEntry.parse(name).filter(parsed -> parsed.board().equals(system.board()));
            if (BootControl.isIncoming(name) || (isOurs(name, entry) && dead(host, name))) {
                leftovers.add(name);
            } else if (entry.isPresent()) {
                (entry.get().version().equals(system.version()) ? running : others).add(entry.get());
            } else if (isAlias(name) && isOfBoard(host, name)) {
                (isOf(host, name, system.rootHash()) ? aliases : leftovers).add(name);
            }
        }
        others.sort(BootOrder.PREFERENCE);
        // Two names of one file: the one without a counter is what it was to become.
        running.sort(BootOrder.PREFERENCE.thenComparing(BootEntry::counted));
        return new EntryNames(
                running.stream().findFirst(),
                running.isEmpty() ? aliases.stream().findFirst() : Optional.empty(),
                List.copyOf(others),
                List.copyOf(leftovers));
    }

    private static boolean isOurs(String name, Optional<BootEntry> entry) {
        return entry.isPresent()
                || isAlias(name)
                || INCOMING_ALIAS.matcher(name).matches();
    }

    private static boolean isAlias(String name) {
        return ALIAS.matcher(name).matches();
    }

    private static boolean dead(Host host, String name) {
        try (var file = host.esp().open(name)) {
            var start = new byte[(int) Math.min(SECTOR, file.size().bytes())];
            file.read(0, ByteBuffer.wrap(start));
            return EspSteps.dead(start);
        } catch (IOException unreadable) {
            // Whoever needs it will say why it cannot be read.
            return false;
        }
    }

    private static boolean isOfBoard(Host host, String name) {
        try (var uki = host.esp().open(name)) {
            return UkiReader.text(uki, ".osrel").stream()
                    .flatMap(String::lines)
                    .anyMatch(line -> line.replace("\"", "")
                            .equals("IMAGE_ID=" + host.running().board()));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean isOf(Host host, String name, RootHash rootHash) {
        return HostSnapshot.usrHash(host, name).filter(rootHash::equals).isPresent();
    }
}
