package io.bascule.imagebuilder.uki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.tree.Content;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.uki.PeHeader;
import io.bascule.testsupport.ExternalTool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UkiWriterTest {
    private static final Path REAL_STUB = Path.of("/usr/lib/systemd/boot/efi/linuxx64.efi.stub");
    private static final String OS_RELEASE = "NAME=\"gr\u00fcn\"\n";
    private static final byte[] INITRD = "initrd".repeat(700).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    static byte[] stub() {
        return PeFiles.program(List.of(".text", ".data"));
    }

    /** In memory a kernel is larger than its file. */
    static byte[] kernel() {
        var kernel = PeFiles.program(List.of(".setup", ".text"));
        ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN).putInt(PeFiles.OPTIONAL + 56, 0x123000);
        return kernel;
    }

    static Uki uki(byte[] stub, byte[] kernel, String commandLine) {
        return new Uki(Content.of(stub), Content.of(kernel), Content.of(INITRD), OS_RELEASE, commandLine, "6.12-amd64");
    }

    private static Map<String, byte[]> inputs() {
        return Map.of(
                ".osrel", OS_RELEASE.getBytes(StandardCharsets.UTF_8),
                ".cmdline", "quiet usrhash=1".getBytes(StandardCharsets.UTF_8),
                ".uname", "6.12-amd64".getBytes(StandardCharsets.UTF_8),
                ".initrd", INITRD,
                ".linux", kernel());
    }

    @Test
    void appendsSectionsInOrderAndAligned() throws Exception {
        var image = UkiWriter.write(uki(stub(), kernel(), "quiet usrhash=1"));
        var header = PeHeader.read(image);
        assertThat(header.sections().stream().map(PeHeader.Section::name))
                .containsExactly(".text", ".data", ".osrel", ".cmdline", ".uname", ".initrd", ".linux");
        var virtualEnd = 0L;
        var rawEnd = PeFiles.SIZE_OF_HEADERS;
        for (var section : header.sections()) {
            assertThat(section.virtualAddress() % 4096).as(section.name()).isZero();
            assertThat(section.virtualAddress()).as(section.name()).isGreaterThanOrEqualTo(virtualEnd);
            assertThat(section.rawPointer()).as(section.name()).isEqualTo(rawEnd);
            assertThat(section.rawSize() % 512).as(section.name()).isZero();
            virtualEnd = section.virtualAddress() + section.virtualSize();
            rawEnd = section.rawPointer() + section.rawSize();
        }
        assertThat(image).hasSize(rawEnd);
        assertThat(image.length % 4096).isZero();
        assertThat((long) header.sizeOfImage()).isEqualTo(Math.ceilDiv(virtualEnd, 4096L) * 4096);
    }

    @Test
    void keepsContentsAndTheSizesThatSystemdReads() throws Exception {
        var image = UkiWriter.write(uki(stub(), kernel(), "quiet usrhash=1"));
        for (var section : PeHeader.read(image).sections()) {
            var input = inputs().get(section.name());
            if (input != null) {
                assertThat(Arrays.copyOfRange(image, section.rawPointer(), section.rawPointer() + input.length))
                        .as(section.name())
                        .isEqualTo(input);
                assertThat(section.virtualSize())
                        .as(section.name())
                        .isEqualTo(section.name().equals(".linux") ? 0x123000 : input.length);
            }
        }
        assertThat(Arrays.copyOfRange(image, PeFiles.SIZE_OF_HEADERS, stub().length))
                .as("the stub's own sections")
                .isEqualTo(Arrays.copyOfRange(stub(), PeFiles.SIZE_OF_HEADERS, stub().length));
    }

    @Test
    void clearsChecksumAndSymbols() throws Exception {
        var image =
                ByteBuffer.wrap(UkiWriter.write(uki(stub(), kernel(), "quiet"))).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(image.getInt(PeFiles.OPTIONAL + 64)).isZero();
        assertThat(image.getInt(PeFiles.SIGNATURE + 12)).isZero();
        assertThat(image.getInt(PeFiles.SIGNATURE + 16)).isZero();
        assertThat(image.getShort(PeFiles.SIGNATURE + 22) & 8).isEqualTo(8);
    }

    @Test
    void equalInputsGiveEqualBytes() throws Exception {
        assertThat(UkiWriter.write(uki(stub(), kernel(), "quiet")))
                .isEqualTo(UkiWriter.write(uki(stub(), kernel(), "quiet")));
    }

    @Test
    void objdumpSeesTheSameSections() throws Exception {
        check(stub());
    }

    @Test
    void aRealStubTakesTheSections() throws Exception {
        var stub = Path.of(System.getenv().getOrDefault("BASCULE_EFI_STUB", REAL_STUB.toString()));
        if (!Files.isReadable(stub)) {
            Assumptions.abort("skipped: " + stub + " (package systemd-boot-efi) is not here");
        }
        check(Files.readAllBytes(stub));
    }

    private void check(byte[] stub) throws Exception {
        var objdump = ExternalTool.require("objdump");
        var file = folder.resolve("image.efi");
        Files.write(file, UkiWriter.write(uki(stub, kernel(), "quiet usrhash=1")));
        // Size in the file, address, offset.
        var line = Pattern.compile("(?m)^ +\\d+ (\\.\\w+) +([0-9a-f]{8}) +([0-9a-f]{16}) +[0-9a-f]{16} +([0-9a-f]{8})");
        var seen = line.matcher(objdump.run(folder, "-h", file.toString()))
                .results()
                .map(found -> found.group(1) + " " + found.group(2) + " " + found.group(4))
                .toList();
        var header = PeHeader.read(Files.readAllBytes(file));
        assertThat(seen)
                .containsAll(header.sections().stream()
                        .filter(section -> inputs().containsKey(section.name()))
                        .map(section -> "%s %08x %08x"
                                .formatted(
                                        section.name(),
                                        Math.min(section.virtualSize(), section.rawSize()),
                                        section.rawPointer()))
                        .collect(Collectors.toList()));
        assertThat(header.sections().stream().filter(section -> inputs().containsKey(section.name())))
                .hasSize(5);
        for (var input : inputs().entrySet()) {
            var out = folder.resolve("section");
            ExternalTool.require("objcopy")
                    .run(folder, "-O", "binary", "--only-section=" + input.getKey(), file.toString(), out.toString());
            assertThat(Arrays.copyOf(Files.readAllBytes(out), input.getValue().length))
                    .as(input.getKey())
                    .isEqualTo(input.getValue());
        }
    }

    @Test
    void refusesACommandLineThatTheKernelWouldCut() throws Exception {
        UkiWriter.write(uki(stub(), kernel(), "x".repeat(Uki.MAX_COMMAND_LINE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UkiWriter.write(uki(stub(), kernel(), "\u00fc".repeat(1024))))
                .withMessage("a kernel command line of 2048 bytes; 2047 are possible");
    }

    @ParameterizedTest
    @ValueSource(strings = {".osrel", ".cmdline", ".uname", ".initrd", ".linux"})
    void refusesAStubThatHasSuchASection(String name) {
        assertThatThrownBy(() -> UkiWriter.write(uki(PeFiles.program(List.of(".text", name)), kernel(), "")))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("has a section " + name + " already");
    }

    @Test
    void refusesAStubWithoutRoomForHeaders() {
        var names = new ArrayList<String>();
        for (var i = 0; i < 11; i++) {
            names.add(".s" + i);
        }
        assertThatThrownBy(() -> UkiWriter.write(uki(PeFiles.program(names), kernel(), "")))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("no room for 5 more section headers");
    }

    /** What to write, where: four bytes at an offset of the stub. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, e_magic",
        "60, -1, e_lfanew",
        "128, 0, Signature",
        "152, 0x10b, Magic",
        "184, 0, SectionAlignment",
        "188, 100, FileAlignment",
        "296, 4096, certificate table",
        "212, 0x7fffffff, SizeOfHeaders",
        "212, -1, SizeOfHeaders",
        "408, -1, SizeOfRawData",
        "412, -1, PointerToRawData",
        "412, 3000, PointerToRawData",
        "412, 1025, PointerToRawData",
        "404, -1, SizeOfImage"
    })
    void refusesABrokenStub(int at, String value, String field) {
        var stub = stub();
        ByteBuffer.wrap(stub).order(ByteOrder.LITTLE_ENDIAN).putInt(at, Integer.decode(value));
        assertThatThrownBy(() -> UkiWriter.write(uki(stub, kernel(), "")))
                .isInstanceOfSatisfying(
                        MalformedFormatException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void refusesStubsAndKernelsThatAreCut() throws Exception {
        for (var length = 0; length < stub().length; length += 50) {
            var cut = Arrays.copyOf(stub(), length);
            assertThatThrownBy(() -> UkiWriter.write(uki(cut, kernel(), "")))
                    .as("a stub of %d bytes", length)
                    .isInstanceOf(MalformedFormatException.class);
            assertThatThrownBy(() -> UkiWriter.write(uki(stub(), cut, "")))
                    .as("a kernel of %d bytes", length)
                    .isInstanceOf(MalformedFormatException.class);
        }
    }

    @Test
    void aStubWithoutContentsKeepsItsHeaders() throws Exception {
        var image = UkiWriter.write(uki(PeFiles.program(List.of()), kernel(), "quiet"));
        assertThat(PeHeader.read(image).sections()).hasSize(5);
        assertThat(PeHeader.read(image).sections().getFirst().rawPointer()).isEqualTo(PeFiles.SIZE_OF_HEADERS);
    }
}
