package io.bascule.partitionlayout.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The smallest EFI programs that say which {@code /usr} they start. */
class UkiFuzzTest extends FuzzTests {
    private static final int SIGNATURE = 0x40;
    private static final int OPTIONAL = SIGNATURE + PeFormat.OPTIONAL_HEADER;
    private static final int OPTIONAL_SIZE = 240;
    private static final int SECTIONS = OPTIONAL + OPTIONAL_SIZE;
    private static final int CONTENT = 512;

    @Override
    public String name() {
        return "uki";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("two-sections", program("quiet usrhash=" + "ab".repeat(32) + " panic=5"));
    }

    private static byte[] program(String commandLine) {
        var osRelease = "ID=bascule\n".getBytes(StandardCharsets.UTF_8);
        var line = commandLine.getBytes(StandardCharsets.UTF_8);
        var file = ByteBuffer.allocate(CONTENT + 64 + line.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort(0, (short) PeFormat.DOS_MAGIC)
                .putInt(PeFormat.PE_OFFSET_AT, SIGNATURE)
                .putInt(SIGNATURE, PeFormat.SIGNATURE)
                .putShort(SIGNATURE + PeFormat.SECTION_COUNT, (short) 2)
                .putShort(SIGNATURE + PeFormat.OPTIONAL_HEADER_SIZE, (short) OPTIONAL_SIZE)
                .putShort(OPTIONAL + PeFormat.MAGIC, (short) PeFormat.MAGIC_PE32_PLUS)
                .putInt(OPTIONAL + PeFormat.SECTION_ALIGNMENT, 4096)
                .putInt(OPTIONAL + PeFormat.FILE_ALIGNMENT, 512);
        section(file, SECTIONS, ".osrel", CONTENT, osRelease);
        section(file, SECTIONS + PeFormat.SECTION_HEADER_SIZE, ".cmdline", CONTENT + 64, line);
        return file.array();
    }

    private static void section(ByteBuffer file, int at, String name, int pointer, byte[] content) {
        file.put(at, name.getBytes(StandardCharsets.US_ASCII))
                .putInt(at + PeFormat.VIRTUAL_SIZE, content.length)
                .putInt(at + PeFormat.RAW_SIZE, content.length)
                .putInt(at + PeFormat.RAW_POINTER, pointer)
                .put(pointer, content);
    }

    @Test
    void aWrongHashIsReportedWhereTheCommandLineIs() {
        assertThatExceptionOfType(MalformedFormatException.class)
                .isThrownBy(() -> UkiReader.usrHash(new MemoryBlockDevice(program("usrhash=\u001b[31m"))))
                .satisfies(e -> assertThat(e.byteOffset()).isEqualTo(CONTENT + 64))
                .withMessageContaining("'?[31m'");
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("MZ", "PE\0\0", ".cmdline", ".osrel\0\0", "usrhash=", "\u000b\u0002", " ", "\n");
    }

    @Override
    public void read(byte[] input) throws IOException {
        var image = new MemoryBlockDevice(input);
        UkiReader.text(image, ".osrel");
        UkiReader.usrHash(image);
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }
}
