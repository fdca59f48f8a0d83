package io.bascule.imagebuilder.uki;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The smallest EFI programs. */
public final class PeFiles {
    static final int SIGNATURE = 0x80;
    static final int OPTIONAL = SIGNATURE + 24;
    static final int OPTIONAL_SIZE = 240;
    static final int SECTIONS = OPTIONAL + OPTIONAL_SIZE;
    static final int SIZE_OF_HEADERS = 1024;

    private PeFiles() {}

    /** A program with one 600-byte section for each name, in memory one page each from 4096 on. */
    public static byte[] program(List<String> sections) {
        var size = SIZE_OF_HEADERS + sections.size() * 1024;
        var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort(0, (short) 0x5A4D).putInt(0x3C, SIGNATURE).putInt(SIGNATURE, 0x4550);
        file.putShort(SIGNATURE + 4, (short) 0x8664)
                .putShort(SIGNATURE + 6, (short) sections.size())
                .putInt(SIGNATURE + 12, 77)
                .putInt(SIGNATURE + 16, 3)
                .putShort(SIGNATURE + 20, (short) OPTIONAL_SIZE)
                .putShort(SIGNATURE + 22, (short) 0x22E);
        file.putShort(OPTIONAL, (short) 0x20B)
                .putLong(OPTIONAL + 24, 0x1_4000_0000L)
                .putInt(OPTIONAL + 32, 4096)
                .putInt(OPTIONAL + 36, 512)
                .putInt(OPTIONAL + 56, 4096 * (sections.size() + 1))
                .putInt(OPTIONAL + 60, SIZE_OF_HEADERS)
                .putInt(OPTIONAL + 64, 0x12345678)
                .putShort(OPTIONAL + 68, (short) 10)
                .putInt(OPTIONAL + 108, 16);
        for (var i = 0; i < sections.size(); i++) {
            var at = SECTIONS + i * 40;
            file.put(at, sections.get(i).getBytes(StandardCharsets.US_ASCII));
            file.putInt(at + 8, 600)
                    .putInt(at + 12, 4096 * (i + 1))
                    .putInt(at + 16, 1024)
                    .putInt(at + 20, SIZE_OF_HEADERS + i * 1024)
                    .putInt(at + 36, 0x60000020);
            file.put(SIZE_OF_HEADERS + i * 1024, (byte) ('a' + i));
        }
        return file.array();
    }
}
