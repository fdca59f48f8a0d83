package io.bascule.imagebuilder.output;

/** How a file is compressed as a whole. */
public enum Packing {
    NONE(""),
    ZSTD("zst"),
    XZ("xz"),
    BZIP2("bz2");

    private final String suffix;

    Packing(String suffix) {
        this.suffix = suffix;
    }

    /** {@return what names of such files end with, without the dot in front; empty for {@link #NONE}} */
    public String suffix() {
        return suffix;
    }
}
