package io.bascule.imagebuilder.erofs;

import com.github.luben.zstd.util.ZstdVersion;
import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.payload.recompress.FrameEncoder;
import java.util.Optional;
import java.util.regex.Pattern;

/** How file contents are compressed. */
public sealed interface Compression {
    /** How many bytes are compressed together if nothing is said. */
    ByteCount DEFAULT_EXTENT = new ByteCount(256 << 10);

    /** How few bytes may be compressed together, and how many. */
    ByteCount MIN_EXTENT = new ByteCount(64 << 10);

    ByteCount MAX_EXTENT = ByteCount.ofMiB(1);

    /** Zstandard level 12 in extents of {@link #DEFAULT_EXTENT}: what images of the product use unless the board says otherwise. */
    Compression DEFAULT = new Zstd(12, DEFAULT_EXTENT);

    /**
     * {@return which encoder makes the bytes: library, version and parameters} Two builds with the same identifier give
     * the same bytes for the same contents; a delta may ask a host to compress again only if the identifier is the
     * same.
     */
    String encoderId();

    /** {@return the encoder of an image that says {@code encoderId}, if it is one that hosts can carry, and is carried here} */
    static Optional<FrameEncoder> frameEncoder(String encoderId) {
        var parameters = Zstd.PARAMETERS.matcher(encoderId);
        if (!parameters.find()) {
            return Optional.empty();
        }
        try {
            var extent = new ByteCount(Long.parseLong(parameters.group(2)));
            var zstd = new Zstd(Integer.parseInt(parameters.group(1)), extent);
            return zstd.encoderId().equals(encoderId)
                    ? Optional.of(new ClusterCodec.Zstd(zstd.level(), Math.toIntExact(extent.bytes())).encoder())
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

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
        private static final Pattern PARAMETERS = Pattern.compile(" level=(\\d{1,2}) extent=(\\d{1,8}) ");

        public Zstd {
            checkLevel("zstd", level, 1, 22);
            checkExtent(extent);
        }

        @Override
        public String encoderId() {
            var version = ZstdVersion.VERSION;
            return "zstd-jni/" + version + " libzstd/" + version.substring(0, version.indexOf('-')) + " level=" + level
                    + " extent=" + extent.bytes() + " fill=" + ExtentPacker.RULE_VERSION;
        }
    }

    /**
     * LZ4, by its slow encoder: the fastest to read, for every kernel from 5.13 on ({@code CONFIG_EROFS_FS_ZIP}).
     *
     * @param level from 1 to 12
     * @param extent as of {@link Zstd}
     */
    record Lz4Hc(int level, ByteCount extent) implements Compression {
        /** Of the library: other versions may make other bytes. */
        static final String VERSION = "1.13.0";

        public Lz4Hc {
            checkLevel("lz4hc", level, 1, 12);
            checkExtent(extent);
        }

        @Override
        public String encoderId() {
            return "lz4-java/" + VERSION + " hc-safe level=" + level + " extent=" + extent.bytes() + " fill="
                    + ExtentPacker.RULE_VERSION;
        }
    }

    /**
     * LZMA: the smallest images and the slowest to read, for kernels from 5.16 on ({@code CONFIG_EROFS_FS_ZIP_LZMA}).
     *
     * @param level from 0 to 9
     * @param extent as of {@link Zstd}
     */
    record Lzma(int level, ByteCount extent) implements Compression {
        /** Of the library: other versions may make other bytes. */
        static final String VERSION = "1.12";

        public Lzma {
            checkLevel("lzma", level, 0, 9);
            checkExtent(extent);
        }

        @Override
        public String encoderId() {
            return "xz-java/" + VERSION + " lzma level=" + level + " extent=" + extent.bytes() + " fill="
                    + ExtentPacker.RULE_VERSION;
        }
    }

    private static void checkLevel(String codec, int level, int least, int most) {
        if (level < least || level > most) {
            throw new IllegalArgumentException(
                    "not a level of " + codec + " from " + least + " to " + most + ": " + level);
        }
    }

    private static void checkExtent(ByteCount extent) {
        if (extent.compareTo(MIN_EXTENT) < 0
                || extent.compareTo(MAX_EXTENT) > 0
                || extent.bytes() % ErofsFormat.BLOCK != 0) {
            throw new IllegalArgumentException(
                    "an extent has 64 KiB to 1 MiB and a multiple of 4096 bytes, not " + extent.bytes());
        }
    }
}
