package io.bascule.partitionlayout.uki;

/** Offsets of the PE/COFF format for PE32+ (Microsoft PE Format, "COFF File Header" and after), all little-endian. */
public final class PeFormat {
    public static final String NAME = "PE";

    public static final int DOS_MAGIC = 0x5A4D;
    public static final int PE_OFFSET_AT = 0x3C;
    public static final int SIGNATURE = 0x00004550;

    /** Counted from the PE signature. */
    public static final int SECTION_COUNT = 6;

    public static final int SYMBOL_TABLE = 12;
    public static final int SYMBOL_COUNT = 16;
    public static final int OPTIONAL_HEADER_SIZE = 20;
    public static final int CHARACTERISTICS = 22;
    public static final int OPTIONAL_HEADER = 24;

    /** COFF characteristic IMAGE_FILE_LOCAL_SYMS_STRIPPED. */
    public static final int LOCAL_SYMBOLS_STRIPPED = 0x8;

    /** Counted from the optional header. */
    public static final int MAGIC = 0;

    public static final int MAGIC_PE32_PLUS = 0x20B;
    public static final int SIZE_OF_INITIALIZED_DATA = 8;
    public static final int SECTION_ALIGNMENT = 32;
    public static final int FILE_ALIGNMENT = 36;
    public static final int SIZE_OF_IMAGE = 56;
    public static final int SIZE_OF_HEADERS = 60;
    public static final int CHECKSUM = 64;
    public static final int DIRECTORY_COUNT = 108;
    /** The certificate table is the fifth data directory: file offset and size. */
    public static final int CERTIFICATE_TABLE = 144;

    public static final int CERTIFICATE_DIRECTORY_INDEX = 4;

    /** Counted from a section header. */
    public static final int SECTION_HEADER_SIZE = 40;

    public static final int SECTION_NAME_LENGTH = 8;
    public static final int VIRTUAL_SIZE = 8;
    public static final int VIRTUAL_ADDRESS = 12;
    public static final int RAW_SIZE = 16;
    public static final int RAW_POINTER = 20;
    public static final int SECTION_CHARACTERISTICS = 36;

    /** Readable initialised data. */
    public static final int DATA_SECTION = 0x4000_0040;
    /** Readable code, which the kernel's section is. */
    public static final int CODE_SECTION = 0x4000_0020;

    private PeFormat() {}
}
