package io.bascule.imagebuilder.output;

/**
 * Cylinders, heads and sectors of a disk, as the appendix of the specification computes them. Their product is at most
 * the size of the disk, and mostly less.
 */
record VhdGeometry(int cylinders, int heads, int sectorsPerTrack) {
    private static final long MAX_SECTORS = 65535L * 16 * 255;
    private static final int MAX_CYLINDERS = 1024;

    /** @param size of the disk in bytes */
    static VhdGeometry of(long size) {
        var total = Math.min(size / VhdFormat.SECTOR, MAX_SECTORS);
        if (total >= 65535L * 16 * 63) {
            return new VhdGeometry((int) (total / 255 / 16), 16, 255);
        }
        var sectors = 17;
        var tracks = total / sectors;
        var heads = Math.max((int) ((tracks + MAX_CYLINDERS - 1) / MAX_CYLINDERS), 4);
        if (tracks >= (long) heads * MAX_CYLINDERS || heads > 16) {
            sectors = 31;
            heads = 16;
            tracks = total / sectors;
        }
        if (tracks >= (long) heads * MAX_CYLINDERS) {
            sectors = 63;
            heads = 16;
            tracks = total / sectors;
        }
        return new VhdGeometry((int) (tracks / heads), heads, sectors);
    }
}
