package io.bascule.partitionlayout.layout;

/** One of the two places for {@code /usr} on a disk; an update is written to the one that is not running. */
public enum Slot {
    A,
    B;

    public Slot other() {
        return switch (this) {
            case A -> B;
            case B -> A;
        };
    }

    /** {@return the label of the partition with the file system} */
    public String label() {
        return "USR-" + name();
    }

    /** {@return the label of the partition with the dm-verity hashes} */
    public String verityLabel() {
        return label() + "-verity";
    }
}
