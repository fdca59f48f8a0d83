package io.bascule.imagebuilder.output;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a disk can be written as.
 *
 * @param disk how it is laid out
 * @param packing how the file is compressed as a whole
 */
public record OutputFormat(DiskFormat disk, Packing packing) {
    public static final OutputFormat RAW = new OutputFormat(DiskFormat.RAW, Packing.NONE);

    /** What may be asked for, in words. */
    public static final String CHOICES =
            Arrays.stream(DiskFormat.values()).map(DiskFormat::text).collect(Collectors.joining(", "))
                    + ", each also with .zst, .xz or .bz2 behind it";

    /**
     * Reads a name like {@code qcow2} or {@code raw.zst}.
     *
     * @throws IllegalArgumentException if there is no such format
     */
    public static OutputFormat parse(String text) {
        return all().stream()
                .filter(format -> format.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no format '" + text + "', only " + CHOICES));
    }

    /** {@return the format that the name of a file stands for; {@code .img} is raw, too} */
    public static Optional<OutputFormat> ofFileName(String name) {
        // The longest counts: disk.zstd.qcow2 ends like a plain qcow2, too.
        return all().stream()
                .filter(format -> name.endsWith("." + format.suffix()))
                .max(Comparator.comparingInt(format -> format.suffix().length()))
                .or(() -> name.contains(".img") ? ofFileName(name.replace(".img", ".raw")) : Optional.empty());
    }

    private static List<OutputFormat> all() {
        return Arrays.stream(DiskFormat.values())
                .flatMap(disk -> Arrays.stream(Packing.values()).map(packing -> new OutputFormat(disk, packing)))
                .toList();
    }

    /** {@return what names of files in it end with, without the dot in front, like {@code raw.zst}} */
    public String suffix() {
        return withPacking(disk.suffix());
    }

    private String withPacking(String text) {
        return packing == Packing.NONE ? text : text + "." + packing.suffix();
    }

    /** {@return its name on the command line} */
    @Override
    public String toString() {
        return withPacking(disk.text());
    }
}
