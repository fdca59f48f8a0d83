package io.bascule.imagebuilder.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The smallest kernel module that depmod takes for one: an ELF file with a section for its description and nothing else. */
final class MinimalModule {
    private static final byte[] MODINFO = "license=GPL\0depends=\0".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NAMES = "\0.modinfo\0.shstrtab\0".getBytes(StandardCharsets.UTF_8);
    private static final int HEADER = 64;
    private static final int SECTIONS = 128;
    private static final int SECTION = 64;

    private MinimalModule() {}

    static byte[] bytes() {
        var elf = ByteBuffer.allocate(SECTIONS + 3 * SECTION).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
        elf.putShort(16, (short) 1).putShort(18, (short) 62).putInt(20, 1).putLong(40, SECTIONS);
        elf.putShort(52, (short) HEADER)
                .putShort(58, (short) SECTION)
                .putShort(60, (short) 3)
                .putShort(62, (short) 2);
        elf.put(HEADER, MODINFO).put(HEADER + MODINFO.length, NAMES);
        section(elf, 1, 1, 1, HEADER, MODINFO.length);
        section(elf, 2, 10, 3, HEADER + MODINFO.length, NAMES.length);
        return elf.array();
    }

    private static void section(ByteBuffer elf, int index, int name, int type, int offset, int size) {
        var at = SECTIONS + index * SECTION;
        elf.putInt(at, name).putInt(at + 4, type).putLong(at + 24, offset).putLong(at + 32, size);
    }
}
