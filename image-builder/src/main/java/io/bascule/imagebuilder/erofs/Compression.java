package io.bascule.imagebuilder.erofs;

import com.github.luben.zstd.util.ZstdVersion;
import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.ByteCount;

/** How file contents are compressed. */
public sealed interface Compression {
    /** Zstandard level 12 in extents of 128 KiB: what images of the product use unless the board says otherwise. */
    Compression DEFAULT = new Zstd(12, new ByteCount(128 << 10));

    /**
     * {@return which encoder makes the bytes: library, version and parameters} Two builds with the same identifier give
     * the same bytes for the same contents; a delta may ask a host to compress again only if the identifier is the
     * same.
     */
    String encoderId();

    /** Every file is stored as it is. */
    record None() implements Compression {
        @Override
        public String encoderId() {
            return "none";
        }
    }

    /**
     * Zstandard, which kernels read from 6.10 on ({@code CONFIG_EROFS_FS_ZIP_ZSTD}).
     *
     * @param level from 1 to 22
     * @param extent how many bytes of a file are usually compressed together: 64 KiB to 1 MiB, a multiple of 4096. Larger
     *     extents make smaller images and slower random reads
     */
    record Zstd(int level, ByteCount extent) implements Compression {
        private static final long MIN_EXTENT = 64 << 10;
        private static final long MAX_EXTENT = 1 << 20;

        public Zstd {
            if (level < 1 || level > com.github.luben.zstd.Zstd.maxCompressionLevel()) {
                throw new IllegalArgumentException("not a zstd level from 1 to 22: " + level);
            }
            if (extent.bytes() < MIN_EXTENT || extent.bytes() > MAX_EXTENT || extent.bytes() % ErofsFormat.BLOCK != 0) {
                throw new IllegalArgumentException(
                        "an extent has 64 KiB to 1 MiB and a multiple of 4096 bytes, not " + extent.bytes());
            }
        }

        @Override
        public String encoderId() {
            var version = ZstdVersion.VERSION;
            return "zstd-jni/" + version + " libzstd/" + version.substring(0, version.indexOf('-')) + " level=" + level
                    + " extent=" + extent.bytes() + " fill=" + ExtentPacker.RULE_VERSION;
        }
    }
}
