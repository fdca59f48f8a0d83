package io.bascule.updateengine.boot;

import io.bascule.signing.release.Version;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A UKI of ours on the ESP, by its name in {@link #FOLDER}: {@code BOARD_VERSION.efi} is good, {@code
 * BOARD_VERSION+3-0.efi} is on trial, {@code BOARD_VERSION+0-3.efi} has failed.
 *
 * @param board the product, which has no underscore in its name
 * @param counter absent once the entry has been blessed
 */
public record BootEntry(String board, Version version, Optional<BootCounter> counter) {
    /** Where systemd-boot looks for UKIs, below the root of the ESP. */
    public static final String FOLDER = "EFI/Linux";

    private static final String SUFFIX = ".efi";
    private static final Pattern NAME = Pattern.compile(
            "([a-z0-9][a-z0-9-]{0,31})_([0-9A-Za-z][0-9A-Za-z.~^-]{0,63}?)(?:\\+([0-9]{1,9})-([0-9]{1,9}))?\\.efi");

    public static BootEntry good(String board, Version version) {
        return new BootEntry(board, version, Optional.empty());
    }

    /**
     * {@return the entry of that file name, or nothing if the name is none that we give} {@code +3} and {@code +03-0} are
     * such: nothing could be opened by the {@link #fileName} of what they mean.
     */
    public static Optional<BootEntry> parse(String fileName) {
        var match = NAME.matcher(fileName);
        if (!match.matches()) {
            return Optional.empty();
        }
        var counter = Optional.ofNullable(match.group(3))
                .map(left -> new BootCounter(Integer.parseInt(left), Integer.parseInt(match.group(4))));
        return Optional.of(new BootEntry(match.group(1), Version.parse(match.group(2)), counter))
                .filter(entry -> entry.fileName().equals(fileName));
    }

    public String fileName() {
        return id() + counter.map(BootCounter::toString).orElse("") + SUFFIX;
    }

    /** {@return the name that stays the same whatever the counter says; no two entries of a host may share it} */
    public String id() {
        return board + "_" + version.text();
    }

    /** {@return whether it is on trial or has failed: whether it was not blessed} */
    public boolean counted() {
        return counter.isPresent();
    }

    /** {@return whether systemd-boot prefers it to entries without tries left} */
    public boolean bootable() {
        return counter.isEmpty() || counter.get().left() > 0;
    }

    public boolean failed() {
        return counter.isPresent() && counter.get().failed();
    }

    public BootEntry blessed() {
        return good(board, version);
    }

    /** @param tries how often it may be tried, at least once */
    public BootEntry onTrial(int tries) {
        if (tries < 1) {
            throw new IllegalArgumentException("an entry needs at least one try, not " + tries);
        }
        return new BootEntry(board, version, Optional.of(new BootCounter(tries, 0)));
    }

    /** {@return this entry with the name of one that failed} */
    public BootEntry rejected() {
        return new BootEntry(board, version, Optional.of(BootCounter.REJECTED));
    }

    /** {@return this entry behind all others, without saying that it failed} */
    public BootEntry demoted() {
        return new BootEntry(board, version, Optional.of(BootCounter.DEMOTED));
    }

    @Override
    public String toString() {
        return fileName();
    }
}
