package io.bascule.imagebuilder.output;

/** How a disk is laid out in a file. */
public enum DiskFormat {
    /** The bytes of the disk, with holes. */
    RAW("raw", "raw", Long.MAX_VALUE),
    /** Version 3, clusters as they are. */
    QCOW2("qcow2", "qcow2", Qcow2Limits.MAX_SIZE),
    /** The same with clusters compressed by zstd, for QEMU 5.1 and later. */
    QCOW2_ZSTD("qcow2-zstd", "zstd.qcow2", Qcow2Limits.MAX_SIZE),
    /** monolithicSparse. */
    VMDK("vmdk", "vmdk", VmdkFormat.MAX_SIZE),
    /** Fixed: the disk and a footer. */
    VHD("vhd", "vhd", VhdFormat.MAX_SIZE),
    /** Dynamic: without blocks that are all zero. */
    VHD_DYNAMIC("vhd-dynamic", "dynamic.vhd", VhdFormat.MAX_SIZE);

    private final String text;
    private final String suffix;
    private final long maxSize;

    DiskFormat(String text, String suffix, long maxSize) {
        this.text = text;
        this.suffix = suffix;
        this.maxSize = maxSize;
    }

    /** {@return its name on the command line} */
    public String text() {
        return text;
    }

    /** {@return what names of files in it end with, without the dot in front} */
    public String suffix() {
        return suffix;
    }

    /** {@return how large a disk can be, in bytes} */
    long maxSize() {
        return maxSize;
    }

    private static final class Qcow2Limits {
        static final long MAX_SIZE = (long) Qcow2Format.MAX_L1_ENTRIES * Qcow2Format.L2_ENTRIES * Qcow2Format.CLUSTER;
    }
}
