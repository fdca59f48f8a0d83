package io.bascule.updateengine.boot;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * systemd-boot's choice among the entries of one product, as {@code boot_entry_compare} and {@code
 * config_select_default_entry} of systemd 257 make it: what has no tries left comes last, then the newest version comes
 * first, then the entry with more tries left. When none has tries left the newest is started all the same. No default
 * entry and no one-shot is ever set by us; either would go before all this.
 */
public final class BootOrder {
    /** What systemd-boot would start first comes first. */
    public static final Comparator<BootEntry> PREFERENCE = Comparator.comparing((BootEntry entry) -> !entry.bootable())
            .thenComparing(BootEntry::version, Comparator.reverseOrder())
            .thenComparing(BootOrder::byCounter);

    private BootOrder() {}

    /** {@return the entry that the next boot will start, or nothing if there are none} */
    public static Optional<BootEntry> choose(Collection<BootEntry> entries) {
        return entries.stream().min(PREFERENCE);
    }

    private static int byCounter(BootEntry a, BootEntry b) {
        if (a.counter().isEmpty() || b.counter().isEmpty()) {
            // To systemd-boot they are equal, and so would be two counted ones that are not: no order could be sorted
            // by.
            return Boolean.compare(a.counted(), b.counted());
        }
        var left = Integer.compare(b.counter().get().left(), a.counter().get().left());
        return left != 0
                ? left
                : Integer.compare(a.counter().get().done(), b.counter().get().done());
    }
}
