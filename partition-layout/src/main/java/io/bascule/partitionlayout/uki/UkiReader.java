package io.bascule.partitionlayout.uki;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads what a UKI says in its small sections; kernel and initrd, which make its size, are not read. */
public final class UkiReader {
    private static final String FORMAT = "UKI";
    private static final String COMMAND_LINE = ".cmdline";
    private static final String USR_HASH = "usrhash=";

    /** The headers of a UKI fit a sector or two; what claims to need more is none. */
    private static final int MAX_HEADERS = 64 << 10;

    /** os-release and command line together have about 2 KiB. */
    private static final int MAX_TEXT = 64 << 10;

    private UkiReader() {}

    /** A section with text. {@code offset} is where in the file. */
    private record Text(long offset, String text) {}

    /**
     * {@return the text of section {@code name}, or nothing if the image has no such section}
     *
     * @throws MalformedFormatException if {@code image} is no PE32+ file, or the section is larger than 64 KiB
     */
    public static Optional<String> text(BlockDevice image, String name) throws IOException {
        return find(image, name).map(Text::text);
    }

    /**
     * {@return the headers: which sections there are and where}
     *
     * @throws MalformedFormatException if {@code image} is no PE32+ file
     */
    public static PeHeader header(BlockDevice image) throws IOException {
        var size = image.size().bytes();
        var headers = new byte[(int) Math.min(MAX_HEADERS, size)];
        image.read(0, ByteBuffer.wrap(headers));
        return PeHeader.read(headers, size);
    }

    private static Optional<Text> find(BlockDevice image, String name) throws IOException {
        for (var section : header(image).sections()) {
            if (section.name().equals(name)) {
                var length = Math.min(section.virtualSize(), section.rawSize());
                if (length > MAX_TEXT) {
                    throw malformed(
                            name,
                            section.rawPointer(),
                            String.format(
                                    Locale.ROOT, "%d bytes, more than the %d that a text may have", length, MAX_TEXT));
                }
                var bytes = new byte[(int) length];
                image.read(section.rawPointer(), ByteBuffer.wrap(bytes));
                return Optional.of(new Text(section.rawPointer(), new String(bytes, StandardCharsets.UTF_8)));
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the {@code usrhash=} of the kernel's command line: the {@code /usr} that this kernel finds and no other}
     *
     * @throws MalformedFormatException if {@code image} is no UKI, or names none or more than one
     */
    public static RootHash usrHash(BlockDevice image) throws IOException {
        var line = find(image, COMMAND_LINE).orElseThrow(() -> malformed(COMMAND_LINE, 0, "there is no such section"));
        var hashes = List.of(line.text().strip().split("\\s+")).stream()
                .filter(word -> word.startsWith(USR_HASH))
                .toList();
        if (hashes.size() != 1) {
            throw malformed(COMMAND_LINE, line.offset(), hashes.size() + " arguments " + USR_HASH + ", not one");
        }
        try {
            return new RootHash(hashes.getFirst().substring(USR_HASH.length()));
        } catch (IllegalArgumentException e) {
            throw malformed(COMMAND_LINE, line.offset(), String.valueOf(e.getMessage()));
        }
    }

    private static MalformedFormatException malformed(String section, long offset, String problem) {
        return new MalformedFormatException(FORMAT, section, offset, problem);
    }
}
