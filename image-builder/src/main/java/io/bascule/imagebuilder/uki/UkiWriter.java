package io.bascule.imagebuilder.uki;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.uki.PeFormat;
import io.bascule.partitionlayout.uki.PeHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Appends sections to systemd's stub in the way of systemd's own {@code ukify}; {@code docs/formats/uki.md} tells how. */
public final class UkiWriter {
    /** A UKI is whole blocks, because payloads carry it as a partition does. */
    private static final int BLOCK = 4096;

    private UkiWriter() {}

    /** A section to append: {@code virtualSize} is what it takes in memory, which for the kernel is more than its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this class
    private record NewSection(String name, byte[] bytes, long virtualSize, int characteristics) {}

    /**
     * {@return the image, a whole number of 4 KiB blocks, unsigned}
     *
     * @throws MalformedFormatException if stub or kernel are not EFI programs, or the stub is signed or has no room
     * @throws IllegalArgumentException if the command line is longer than {@link Uki#MAX_COMMAND_LINE} bytes, or the image
     *     would be larger than 2 GiB
     */
    public static byte[] write(Uki uki) throws IOException {
        var commandLine = uki.commandLine().getBytes(StandardCharsets.UTF_8);
        if (commandLine.length > Uki.MAX_COMMAND_LINE) {
            throw new IllegalArgumentException("a kernel command line of " + commandLine.length + " bytes; "
                    + Uki.MAX_COMMAND_LINE + " are possible");
        }
        var stubBytes = uki.stub().readAll();
        var stub = PeHeader.read(stubBytes);
        var kernel = uki.kernel().readAll();
        if (stub.signed()) {
            throw new MalformedFormatException(
                    PeFormat.NAME,
                    "certificate table",
                    stub.optionalHeader() + PeFormat.CERTIFICATE_TABLE,
                    "the stub is signed; sections cannot be added to it");
        }
        var kernelImage = PeHeader.read(kernel);
        var added = List.of(
                data(".osrel", uki.osRelease().getBytes(StandardCharsets.UTF_8)),
                data(".cmdline", commandLine),
                data(".uname", uki.kernelRelease().getBytes(StandardCharsets.UTF_8)),
                data(".initrd", uki.initrd().readAll()),
                new NewSection(
                        ".linux",
                        kernel,
                        Math.max(Integer.toUnsignedLong(kernelImage.sizeOfImage()), kernel.length),
                        PeFormat.CODE_SECTION));
        return append(stubBytes, stub, added);
    }

    private static NewSection data(String name, byte[] bytes) {
        return new NewSection(name, bytes, bytes.length, PeFormat.DATA_SECTION);
    }

    private static byte[] append(byte[] stubBytes, PeHeader stub, List<NewSection> added)
            throws MalformedFormatException {
        var stubFile = ByteBuffer.wrap(stubBytes).order(ByteOrder.LITTLE_ENDIAN);
        var headersEnd = stub.sectionHeader(stubFile, stub.sections().size() + added.size());
        var sizeOfHeaders = roundUp(stub.sizeOfHeaders(), stub.fileAlignment());
        var firstRaw = stub.sections().stream()
                .filter(section -> section.rawSize() > 0)
                .mapToInt(PeHeader.Section::rawPointer)
                .min()
                .orElse(sizeOfHeaders);
        if (headersEnd > Math.min(sizeOfHeaders, firstRaw) || sizeOfHeaders > stubBytes.length) {
            throw new MalformedFormatException(
                    PeFormat.NAME,
                    "SizeOfHeaders",
                    stub.optionalHeader() + PeFormat.SIZE_OF_HEADERS,
                    "no room for " + added.size() + " more section headers");
        }
        for (var section : added) {
            if (stub.sections().stream().anyMatch(old -> old.name().equals(section.name()))) {
                throw new MalformedFormatException(
                        PeFormat.NAME, "section table", 0, "the stub has a section " + section.name() + " already");
            }
        }

        // Raw data of the stub stays where it is if it is aligned; the symbol table behind it is dropped.
        var stubEnd = sizeOfHeaders;
        var virtualEnd = 0L;
        for (var section : stub.sections()) {
            if (section.rawSize() > 0 && section.rawPointer() % stub.fileAlignment() != 0) {
                throw new MalformedFormatException(
                        PeFormat.NAME, "PointerToRawData", 0, "section " + section.name() + " is not aligned");
            }
            stubEnd = Math.max(stubEnd, section.rawPointer() + section.rawSize());
            virtualEnd = Math.max(virtualEnd, section.virtualAddress() + section.virtualSize());
        }

        var pointers = new ArrayList<Integer>();
        long end = roundUp((long) stubEnd, stub.fileAlignment());
        for (var section : added) {
            if (section.bytes().length >= BLOCK) {
                // So that a delta finds the blocks of a kernel again that has not changed.
                end = roundUp(end, BLOCK);
            }
            pointers.add((int) Math.min(end, Integer.MAX_VALUE));
            end += roundUp((long) section.bytes().length, stub.fileAlignment());
        }
        end = roundUp(end, BLOCK);
        if (end > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a UKI of " + end + " bytes cannot be made");
        }
        var output = Arrays.copyOf(Arrays.copyOf(stubBytes, stubEnd), (int) end);
        var file = ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN);

        var initializedData =
                Integer.toUnsignedLong(file.getInt(stub.optionalHeader() + PeFormat.SIZE_OF_INITIALIZED_DATA));
        for (var i = 0; i < added.size(); i++) {
            var section = added.get(i);
            var address = roundUp(virtualEnd, stub.sectionAlignment());
            var rawEnd = i + 1 < added.size() ? pointers.get(i + 1) : output.length;
            file.put(pointers.get(i), section.bytes());
            putHeader(
                    file,
                    stub.sectionHeader(file, stub.sections().size() + i),
                    section,
                    address,
                    rawEnd - pointers.get(i),
                    pointers.get(i));
            virtualEnd = address + section.virtualSize();
            initializedData += section.virtualSize();
        }

        var signature = stub.signatureOffset();
        var characteristics = file.getShort(signature + PeFormat.CHARACTERISTICS) | PeFormat.LOCAL_SYMBOLS_STRIPPED;
        file.putShort(
                signature + PeFormat.SECTION_COUNT, (short) (stub.sections().size() + added.size()));
        file.putInt(signature + PeFormat.SYMBOL_TABLE, 0);
        file.putInt(signature + PeFormat.SYMBOL_COUNT, 0);
        file.putShort(signature + PeFormat.CHARACTERISTICS, (short) characteristics);
        var optional = stub.optionalHeader();
        file.putInt(optional + PeFormat.SIZE_OF_INITIALIZED_DATA, unsignedInt(initializedData));
        file.putInt(optional + PeFormat.SIZE_OF_IMAGE, unsignedInt(roundUp(virtualEnd, stub.sectionAlignment())));
        file.putInt(optional + PeFormat.SIZE_OF_HEADERS, sizeOfHeaders);
        file.putInt(optional + PeFormat.CHECKSUM, 0);
        return output;
    }

    private static void putHeader(
            ByteBuffer file, int at, NewSection section, long address, int rawSize, int rawPointer)
            throws MalformedFormatException {
        file.put(at, Arrays.copyOf(section.name().getBytes(StandardCharsets.US_ASCII), PeFormat.SECTION_NAME_LENGTH));
        file.putInt(at + PeFormat.VIRTUAL_SIZE, unsignedInt(section.virtualSize()));
        file.putInt(at + PeFormat.VIRTUAL_ADDRESS, unsignedInt(address));
        file.putInt(at + PeFormat.RAW_SIZE, rawSize);
        file.putInt(at + PeFormat.RAW_POINTER, rawPointer);
        file.put(at + 24, new byte[12]);
        file.putInt(at + PeFormat.SECTION_CHARACTERISTICS, section.characteristics());
    }

    private static int unsignedInt(long value) throws MalformedFormatException {
        if (value > 0xFFFF_FFFFL) {
            throw new MalformedFormatException(
                    PeFormat.NAME, "SizeOfImage", 0, "stub and kernel together take more than 4 GiB in memory");
        }
        return (int) value;
    }

    private static int roundUp(int value, int unit) {
        return Math.ceilDiv(value, unit) * unit;
    }

    private static long roundUp(long value, int unit) {
        return Math.ceilDiv(value, (long) unit) * unit;
    }
}
