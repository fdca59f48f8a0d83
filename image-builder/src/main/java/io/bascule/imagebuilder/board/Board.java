package io.bascule.imagebuilder.board;

import io.bascule.partitionlayout.ByteCount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a product is made of.
 *
 * @param folder where {@code board.yaml} lies
 * @param name of the product, the first half of every file name: lower-case letters, digits and dashes
 * @param description one line for people
 * @param sources where its files come from, those of a later one over those of an earlier
 * @param debian what {@link Source.Packages} stands for; absent if that is not among the sources
 * @param exclude paths in the tree that the image does not get, without a leading slash
 * @param kernelArguments what the board adds to the kernel command line
 * @param initrdModules kernel modules that the initrd needs beyond those that every image needs
 * @param sizes of the partitions, fixed for the life of the product
 * @param compression of {@code /usr}
 * @param decompress whether kernel modules and documents that come compressed are stored as they were before
 * @param overlays folders whose files go over the tree, in this order
 * @param origins files of the boards that {@link #folder} extends, by what they say: see {@link #origin}
 */
public record Board(
        Path folder,
        String name,
        String description,
        List<Source> sources,
        Optional<Debian> debian,
        List<String> exclude,
        List<String> kernelArguments,
        List<String> initrdModules,
        Sizes sizes,
        Compression compression,
        boolean decompress,
        List<Path> overlays,
        Map<String, Path> origins) {
    public Board {
        sources = List.copyOf(sources);
        exclude = List.copyOf(exclude);
        kernelArguments = List.copyOf(kernelArguments);
        initrdModules = List.copyOf(initrdModules);
        overlays = List.copyOf(overlays);
        origins = Map.copyOf(origins);
    }

    /**
     * {@return the file to blame for what a key says: the board's own, or that of a board it extends}
     *
     * @param what a key like {@code sizes.usr}, or an item of a list
     */
    public Path origin(String what) {
        return origins.getOrDefault(what, folder.resolve(BoardReader.FILE_NAME));
    }

    /**
     * Packages of a Debian release.
     *
     * @param suite like {@code trixie}; its updates and security fixes are taken too
     * @param packages names as {@code apt} knows them
     */
    public record Debian(String suite, List<String> packages) {
        public Debian {
            packages = List.copyOf(packages);
        }
    }

    /**
     * How large the partitions are.
     *
     * @param esp the EFI system partition, with room for the kernels of both slots and one being written
     * @param usr one slot
     * @param stateMinimum what STATE must at least get of the disk
     */
    public record Sizes(ByteCount esp, ByteCount usr, ByteCount stateMinimum) {}

    /**
     * How {@code /usr} is compressed.
     *
     * @param codec the EROFS codec
     * @param level of the codec, within its range; 0 for {@link Codec#NONE}
     * @param extent how many bytes of a file are compressed together
     */
    public record Compression(Codec codec, int level, ByteCount extent) {}

    /** What is compressed together if nothing is said. */
    static final ByteCount DEFAULT_EXTENT = new ByteCount(256 << 10);

    /** Compressions for those who do not want to choose, with what they cost in docs/benchmarks.md. */
    public enum Profile {
        /** For releases that many hosts download. */
        SMALL("small"),
        DEFAULT("default"),
        /** For those who build, boot, and build again. */
        FAST("fast");

        private final String key;

        Profile(String key) {
            this.key = key;
        }

        /** {@return what stands for it in {@code board.yaml}} */
        public String key() {
            return key;
        }

        public Compression compression() {
            return switch (this) {
                case SMALL -> new Compression(Codec.ZSTD, 19, DEFAULT_EXTENT);
                case DEFAULT -> new Compression(Codec.ZSTD, 12, DEFAULT_EXTENT);
                case FAST -> new Compression(Codec.ZSTD, 3, DEFAULT_EXTENT);
            };
        }
    }

    /** What EROFS can be compressed with. */
    public enum Codec {
        ZSTD("zstd", 1, 19, 12),
        LZ4HC("lz4hc", 1, 12, 9),
        LZMA("lzma", 0, 9, 6),
        NONE("none", 0, 0, 0);

        private final String key;
        private final int leastLevel;
        private final int mostLevel;
        private final int defaultLevel;

        Codec(String key, int leastLevel, int mostLevel, int defaultLevel) {
            this.key = key;
            this.leastLevel = leastLevel;
            this.mostLevel = mostLevel;
            this.defaultLevel = defaultLevel;
        }

        /** {@return what stands for it in {@code board.yaml}} */
        public String key() {
            return key;
        }

        int leastLevel() {
            return leastLevel;
        }

        int mostLevel() {
            return mostLevel;
        }

        /** {@return the level of boards that say none} */
        public int defaultLevel() {
            return defaultLevel;
        }
    }
}
