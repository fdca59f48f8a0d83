package io.bascule.imagebuilder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The symbol tables of 64-bit ELF files that no loader reads (System V ABI, chapter 4 "Sections": {@code SHT_SYMTAB} and
 * its strings). Debuggers do; of the Java runtime they are a tenth.
 */
final class StaticSymbols {
    private static final int SECTIONS = 0x28;
    private static final int SECTION_SIZE = 0x3A;
    private static final int SECTION_COUNT = 0x3C;
    private static final int TYPE = 4;
    private static final int OFFSET = 0x18;
    private static final int SIZE = 0x20;
    private static final int LINK = 0x28;
    private static final int SHT_NULL = 0;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_STRTAB = 3;

    private StaticSymbols() {}

    /** Drops them from all shared libraries below a folder. */
    static void dropBelow(Path folder) throws IOException {
        List<Path> libraries;
        try (var files = Files.walk(folder)) {
            libraries = files.filter(file -> file.toString().endsWith(".so") && Files.isRegularFile(file))
                    .toList();
        }
        for (var library : libraries) {
            drop(library);
        }
    }

    /** Makes the sections inactive and their contents zero; everything else stays where it is. */
    static void drop(Path library) throws IOException {
        try (var file = FileChannel.open(library, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var elf = file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN);
            var sections = Math.toIntExact(elf.getLong(SECTIONS));
            int size = elf.getShort(SECTION_SIZE);
            int count = elf.getShort(SECTION_COUNT);
            for (var i = 0; i < count; i++) {
                var table = sections + i * size;
                if (elf.getInt(table + TYPE) == SHT_SYMTAB) {
                    var strings = sections + elf.getInt(table + LINK) * size;
                    if (elf.getInt(strings + TYPE) == SHT_STRTAB) {
                        clear(elf, strings);
                    }
                    clear(elf, table);
                }
            }
        }
    }

    private static void clear(ByteBuffer elf, int section) {
        var size = Math.toIntExact(elf.getLong(section + SIZE));
        elf.put(Math.toIntExact(elf.getLong(section + OFFSET)), new byte[size]);
        elf.putInt(section + TYPE, SHT_NULL);
    }
}
