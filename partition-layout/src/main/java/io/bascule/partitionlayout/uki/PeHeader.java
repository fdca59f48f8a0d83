package io.bascule.partitionlayout.uki;

import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a PE32+ file says about itself, with every offset checked to lie inside it.
 *
 * @param signatureOffset where "PE\0\0" is
 * @param sections in the order of their headers
 */
public record PeHeader(
        int signatureOffset,
        int sectionAlignment,
        int fileAlignment,
        int sizeOfImage,
        int sizeOfHeaders,
        boolean signed,
        List<Section> sections) {

    /** A section header; addresses count from the image base, pointers from the start of the file. */
    public record Section(String name, long virtualSize, long virtualAddress, int rawSize, int rawPointer) {}

    /** {@return where the optional header is} */
    public int optionalHeader() {
        return signatureOffset + PeFormat.OPTIONAL_HEADER;
    }

    /** {@return where the header of section {@code index} is, or would be} */
    public int sectionHeader(ByteBuffer file, int index) {
        return optionalHeader()
                + (file.getShort(signatureOffset + PeFormat.OPTIONAL_HEADER_SIZE) & 0xFFFF)
                + index * PeFormat.SECTION_HEADER_SIZE;
    }

    /** {@return the header of a file that is here as a whole} */
    public static PeHeader read(byte[] bytes) throws MalformedFormatException {
        return read(bytes, bytes.length);
    }

    /**
     * {@return the header of a file of which only the beginning is here}
     *
     * @param bytes the first ones, at least as many as the headers have
     * @param fileSize of the whole file, in bytes
     */
    public static PeHeader read(byte[] bytes, long fileSize) throws MalformedFormatException {
        var file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            return read(file, fileSize);
        } catch (IndexOutOfBoundsException e) {
            var malformed =
                    new MalformedFormatException(PeFormat.NAME, "headers", bytes.length, "the file is cut short");
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static PeHeader read(ByteBuffer file, long fileSize) throws MalformedFormatException {
        require((file.getShort(0) & 0xFFFF) == PeFormat.DOS_MAGIC, "e_magic", 0, "not an EFI program");
        var signature = file.getInt(PeFormat.PE_OFFSET_AT);
        require(signature >= 0, "e_lfanew", PeFormat.PE_OFFSET_AT, "negative");
        require(file.getInt(signature) == PeFormat.SIGNATURE, "Signature", signature, "not PE");
        var optional = signature + PeFormat.OPTIONAL_HEADER;
        require(
                (file.getShort(optional + PeFormat.MAGIC) & 0xFFFF) == PeFormat.MAGIC_PE32_PLUS,
                "Magic",
                optional,
                "not PE32+");
        var sectionAlignment = alignment(file, optional + PeFormat.SECTION_ALIGNMENT, "SectionAlignment");
        var fileAlignment = alignment(file, optional + PeFormat.FILE_ALIGNMENT, "FileAlignment");
        var signed = file.getInt(optional + PeFormat.DIRECTORY_COUNT) > PeFormat.CERTIFICATE_DIRECTORY_INDEX
                && file.getInt(optional + PeFormat.CERTIFICATE_TABLE) != 0;
        var header = new PeHeader(
                signature,
                sectionAlignment,
                fileAlignment,
                file.getInt(optional + PeFormat.SIZE_OF_IMAGE),
                file.getInt(optional + PeFormat.SIZE_OF_HEADERS),
                signed,
                new ArrayList<>());
        var count = file.getShort(signature + PeFormat.SECTION_COUNT) & 0xFFFF;
        for (var i = 0; i < count; i++) {
            header.sections().add(section(file, header.sectionHeader(file, i), fileSize));
        }
        return header;
    }

    private static Section section(ByteBuffer file, int at, long fileSize) throws MalformedFormatException {
        var name = new byte[PeFormat.SECTION_NAME_LENGTH];
        file.get(at, name);
        var section = new Section(
                new String(name, StandardCharsets.US_ASCII).replace("\0", ""),
                Integer.toUnsignedLong(file.getInt(at + PeFormat.VIRTUAL_SIZE)),
                Integer.toUnsignedLong(file.getInt(at + PeFormat.VIRTUAL_ADDRESS)),
                file.getInt(at + PeFormat.RAW_SIZE),
                file.getInt(at + PeFormat.RAW_POINTER));
        require(section.rawSize() >= 0, "SizeOfRawData", at + PeFormat.RAW_SIZE, "larger than 2 GiB");
        require(
                section.rawPointer() >= 0 && section.rawPointer() <= fileSize - section.rawSize(),
                "PointerToRawData",
                at + PeFormat.RAW_POINTER,
                "section " + section.name() + " goes beyond the end of the file");
        return section;
    }

    private static int alignment(ByteBuffer file, int at, String field) throws MalformedFormatException {
        var value = file.getInt(at);
        require(
                value >= 512 && value <= 1 << 16 && Integer.bitCount(value) == 1,
                field,
                at,
                value + " is not a power of two from 512 to 65536");
        return value;
    }

    private static void require(boolean holds, String field, long at, String problem) throws MalformedFormatException {
        if (!holds) {
            throw new MalformedFormatException(PeFormat.NAME, field, at, problem);
        }
    }
}
