package io.bascule.imagebuilder.output;

import java.util.OptionalInt;

/**
 * How files are written.
 *
 * @param level of the compression, see {@link #check}; absent for the format's own
 * @param threads how many threads compress, from 1; they change no byte
 */
public record OutputOptions(OptionalInt level, int threads) {
    static final int DEFAULT_ZSTD_LEVEL = 12;
    private static final int MAX_ZSTD_LEVEL = 22;
    private static final int MAX_XZ_LEVEL = 9;

    /**
     * Complains if {@code format} has no such level: 1 to 22 for zstd, 0 to 9 for xz, 1 to 9 for bzip2.
     *
     * @throws IllegalArgumentException saying what it has
     */
    public void check(OutputFormat format) {
        if (level.isEmpty()) {
            return;
        }
        var least = format.packing() == Packing.XZ ? 0 : 1;
        var most = switch (format.packing()) {
            case NONE -> format.disk() == DiskFormat.QCOW2_ZSTD ? MAX_ZSTD_LEVEL : 0;
            case ZSTD -> MAX_ZSTD_LEVEL;
            case XZ, BZIP2 -> MAX_XZ_LEVEL;
        };
        if (most == 0) {
            throw new IllegalArgumentException(format + " is not compressed, so it has no level");
        }
        if (level.getAsInt() < least || level.getAsInt() > most) {
            throw new IllegalArgumentException(
                    "the levels of " + format + " are " + least + " to " + most + ", not " + level.getAsInt());
        }
    }
}
