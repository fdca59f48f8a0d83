package io.bascule.qemuharness;

import java.nio.file.Path;

/** What the guest sees as its first virtio block device and boots from. */
public sealed interface Disk {
    /**
     * A disk image on the host.
     *
     * @param file the image
     * @param discardWrites whether the guest's writes go to a temporary file that vanishes with the VM
     */
    record Image(Path file, Format format, Cache cache, boolean discardWrites) implements Disk {
        public Image withCache(Cache other) {
            return new Image(file, format, other, discardWrites);
        }

        /** {@return this disk, whose file stays as it is whatever the guest writes} */
        public Image discardingWrites() {
            return new Image(file, format, cache, true);
        }
    }

    /**
     * A disk that an NBD server holds, such as {@link io.bascule.qemuharness.nbd.NbdServer}. QEMU caches nothing of it: the
     * server gets every request of the guest, its flushes too, and the guest every error of the server.
     *
     * @param socket the server's Unix socket; its default export is the disk
     */
    record Nbd(Path socket) implements Disk {}

    /** How the image file holds the disk. */
    enum Format {
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
    enum Cache {
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

    static Image raw(Path file) {
        return new Image(file, Format.RAW, Cache.UNSAFE, false);
    }

    static Image qcow2(Path file) {
        return new Image(file, Format.QCOW2, Cache.UNSAFE, false);
    }

    static Nbd nbd(Path socket) {
        return new Nbd(socket);
    }
}
