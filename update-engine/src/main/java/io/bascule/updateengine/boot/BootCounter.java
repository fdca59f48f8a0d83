package io.bascule.updateengine.boot;

/**
 * The {@code +LEFT-DONE} in a boot entry's name (<a
 * href="https://uapi-group.org/specifications/specs/boot_loader_specification/#boot-counting">Boot Loader Specification,
 * "Boot counting"</a>). systemd-boot takes one from the first and adds one to the second before it starts the entry.
 *
 * @param left how often it may still be tried, not negative
 * @param done how often it was tried, not negative
 */
public record BootCounter(int left, int done) {
    /**
     * Of an entry that a rollback put behind the others: it never failed, and is newer than what it gave way to. When no
     * entry has tries left systemd-boot starts the newest, so this one is the last resort.
     */
    public static final BootCounter DEMOTED = new BootCounter(0, 0);

    /** Of an entry that somebody has called bad. */
    public static final BootCounter REJECTED = new BootCounter(0, 1);

    public BootCounter {
        if (left < 0 || done < 0) {
            throw new IllegalArgumentException("a boot counter cannot be negative: +" + left + "-" + done);
        }
    }

    /** {@return whether all tries were used up and none of them was good} */
    public boolean failed() {
        return left == 0 && done > 0;
    }

    @Override
    public String toString() {
        return "+" + left + "-" + done;
    }
}
