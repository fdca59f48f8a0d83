package io.bascule.imagebuilder.initrd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The smallest dynamically linked ELF file. */
final class Elf {
    private static final int DYNAMIC = 64 + 2 * 56;
    private static final long ADDRESS = 0x400000;

    private Elf() {}

    static byte[] linkedWith(List<String> libraries, String runPath) {
        var strings = new ByteArrayOutputStream();
        strings.write(0);
        var dynamic = new ArrayList<long[]>();
        for (var library : libraries) {
            dynamic.add(new long[] {1, strings.size()});
            strings.writeBytes((library + "\0").getBytes(StandardCharsets.UTF_8));
        }
        if (!runPath.isEmpty()) {
            dynamic.add(new long[] {29, strings.size()});
            strings.writeBytes((runPath + "\0").getBytes(StandardCharsets.UTF_8));
        }
        var stringsAt = DYNAMIC + (dynamic.size() + 3) * 16;
        dynamic.add(new long[] {5, ADDRESS + stringsAt});
        dynamic.add(new long[] {0, 0});
        // What stands behind the end does not count.
        dynamic.add(new long[] {1, 1 << 20});
        var size = stringsAt + strings.size();
        var elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
        elf.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 2);
        header(elf, 64, 1, 0, size);
        header(elf, 64 + 56, 2, DYNAMIC, dynamic.size() * 16L);
        elf.position(DYNAMIC);
        dynamic.forEach(entry -> elf.putLong(entry[0]).putLong(entry[1]));
        elf.put(stringsAt, strings.toByteArray());
        return elf.array();
    }

    private static void header(ByteBuffer elf, int at, int type, long offset, long size) {
        elf.putInt(at, type)
                .putLong(at + 8, offset)
                .putLong(at + 16, ADDRESS + offset)
                .putLong(at + 32, size);
    }
}
