package io.bascule.imagebuilder.initrd;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What an ELF file is linked with (System V ABI, chapter 5 "Dynamic Section").
 *
 * @param needed file names of libraries (DT_NEEDED)
 * @param runPath folders to look in before the usual ones (DT_RUNPATH), in order, as the file has them
 */
record ElfDependencies(List<String> needed, List<String> runPath) {
    private static final String FORMAT = "ELF";
    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_OFFSET = 4;
    private static final byte CLASS_64 = 2;
    private static final int DATA_OFFSET = 5;
    private static final byte LITTLE_ENDIAN = 1;
    private static final int PROGRAM_HEADERS_OFFSET = 32;
    private static final int PROGRAM_HEADER_SIZE_OFFSET = 54;
    private static final int PROGRAM_HEADER_COUNT_OFFSET = 56;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int DT_NULL = 0;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_RUNPATH = 29;
    /** What stands for any tag that does not fit an int; no tag has this number. */
    private static final int DT_OTHER = -1;

    private static final ElfDependencies NONE = new ElfDependencies(List.of(), List.of());

    static boolean isElf(byte[] file) {
        return file.length > 64
                && ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == MAGIC;
    }

    /** {@return what {@code file}, a 64-bit little-endian ELF file, is linked with; nothing for a static one} */
    static ElfDependencies read(byte[] file) throws MalformedFormatException {
        var elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        require(file[CLASS_OFFSET] == CLASS_64, "EI_CLASS", CLASS_OFFSET, "only 64-bit files can be in an initrd");
        require(
                file[DATA_OFFSET] == LITTLE_ENDIAN,
                "EI_DATA",
                DATA_OFFSET,
                "only little-endian files can be in an initrd");
        require(
                elf.getShort(PROGRAM_HEADER_SIZE_OFFSET) == PROGRAM_HEADER_SIZE
                        || elf.getShort(PROGRAM_HEADER_COUNT_OFFSET) == 0,
                "e_phentsize",
                PROGRAM_HEADER_SIZE_OFFSET,
                "is not " + PROGRAM_HEADER_SIZE);
        try {
            return readDynamic(elf);
        } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException e) {
            var malformed = new MalformedFormatException(
                    FORMAT, "dynamic section", 0, "an offset leads beyond the end of the file");
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static ElfDependencies readDynamic(ByteBuffer elf) throws MalformedFormatException {
        var dynamic = segment(elf, PT_DYNAMIC, 0, true);
        if (dynamic < 0) {
            return NONE;
        }
        var start = Math.toIntExact(elf.getLong(dynamic + 8));
        var entries = Math.toIntExact(elf.getLong(dynamic + 32)) / 16;
        var neededAt = new ArrayList<Long>();
        var runPathAt = -1L;
        var stringsAddress = -1L;
        for (var i = 0; i < entries; i++) {
            var tag = elf.getLong(start + i * 16);
            var value = elf.getLong(start + i * 16 + 8);
            if (tag == DT_NULL) {
                break;
            }
            switch (tag == (int) tag ? (int) tag : DT_OTHER) {
                case DT_NEEDED -> neededAt.add(value);
                case DT_STRTAB -> stringsAddress = value;
                case DT_RUNPATH -> runPathAt = value;
                default -> {}
            }
        }
        if (neededAt.isEmpty() && runPathAt < 0) {
            return NONE;
        }
        var load = segment(elf, PT_LOAD, stringsAddress, false);
        if (load < 0) {
            throw new MalformedFormatException(FORMAT, "DT_STRTAB", start, "no segment holds the string table");
        }
        var strings = stringsAddress - elf.getLong(load + 16) + elf.getLong(load + 8);
        var needed = new ArrayList<String>();
        for (var at : neededAt) {
            needed.add(string(elf, Math.toIntExact(strings + at)));
        }
        var runPath = runPathAt < 0
                ? List.<String>of()
                : List.of(string(elf, Math.toIntExact(strings + runPathAt)).split(":"));
        return new ElfDependencies(needed, runPath);
    }

    /** {@return where the first program header of {@code type} (that holds {@code address}) is, or -1} */
    private static int segment(ByteBuffer elf, int type, long address, boolean anyAddress) {
        var headers = Math.toIntExact(elf.getLong(PROGRAM_HEADERS_OFFSET));
        var count = elf.getShort(PROGRAM_HEADER_COUNT_OFFSET) & 0xFFFF;
        for (var i = 0; i < count; i++) {
            var at = headers + i * PROGRAM_HEADER_SIZE;
            var from = elf.getLong(at + 16);
            if (elf.getInt(at) == type && (anyAddress || (address >= from && address < from + elf.getLong(at + 32)))) {
                return at;
            }
        }
        return -1;
    }

    private static void require(boolean holds, String field, int at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(FORMAT, field, at, problem);
        }
    }

    private static String string(ByteBuffer elf, int at) {
        var end = at;
        while (elf.get(end) != 0) {
            end++;
        }
        var bytes = new byte[end - at];
        elf.get(at, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
