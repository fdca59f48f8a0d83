package io.bascule.qemuharness;

import java.nio.file.Path;

/**
 * A disk image that the guest sees as its first virtio block device and boots from.
 *
 * @param file the image on the host
 * @param discardWrites whether the guest's writes go to a temporary file that vanishes with the VM
 */
public record Disk(Path file, Format format, Cache cache, boolean discardWrites) {
    /** How the image file holds the disk. */
    public enum Format {
        RAW("raw"),
        QCOW2("qcow2");

        private final String option;

        Format(String option) {
            this.option = option;
        }

        String option() {
            return option;
        }
    }

    /** What a flush by the guest means for the host. */
    public enum Cache {
        /** Nothing: the fastest, and enough as long as the host itself does not crash. */
        UNSAFE("unsafe"),

        /** The file is synchronised to the host's disk. */
        WRITEBACK("writeback"),

        /** As {@link #WRITEBACK}, past the host's page cache. */
        NONE("none");

        private final String option;

        Cache(String option) {
            this.option = option;
        }

        String option() {
            return option;
        }
    }

    public static Disk raw(Path file) {
        return new Disk(file, Format.RAW, Cache.UNSAFE, false);
    }

    public static Disk qcow2(Path file) {
        return new Disk(file, Format.QCOW2, Cache.UNSAFE, false);
    }

    public Disk withCache(Cache other) {
        return new Disk(file, format, other, discardWrites);
    }

    /** {@return this disk, whose file stays as it is whatever the guest writes} */
    public Disk discardingWrites() {
        return new Disk(file, format, cache, true);
    }
}
