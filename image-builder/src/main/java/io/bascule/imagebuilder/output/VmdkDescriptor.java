package io.bascule.imagebuilder.output;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** The text in a VMDK file that says what it is. */
final class VmdkDescriptor {
    static final String FIRST_LINE = "# Disk DescriptorFile";
    static final String SPARSE = "monolithicSparse";
    static final String STREAM = "streamOptimized";
    static final String NO_PARENT = "ffffffff";

    private static final int HEADS = 255;
    private static final int SECTORS_PER_TRACK = 63;
    private static final int MAX_NAME = 200;

    private VmdkDescriptor() {}

    /**
     * {@return the descriptor of a file that holds a whole disk}
     *
     * @param identity of the contents, of which the CID is made
     * @param sectors of the disk
     * @param fileName what the file will be called; VMware wants it in the file
     */
    static byte[] of(byte[] identity, long sectors, String fileName) {
        // Two values mean other things: no parent, and a CID not yet known.
        var cid = ByteBuffer.wrap(identity).getInt() & 0x7FFF_FFFF;
        return String.join(
                        "\n",
                        FIRST_LINE,
                        "version=1",
                        "CID=%08x".formatted(cid),
                        "parentCID=" + NO_PARENT,
                        "createType=\"" + SPARSE + "\"",
                        "",
                        "# Extent description",
                        "RW " + sectors + " SPARSE \"" + plain(fileName) + "\"",
                        "",
                        "# The Disk Data Base",
                        "#DDB",
                        "",
                        "ddb.virtualHWVersion = \"4\"",
                        "ddb.geometry.cylinders = \"" + sectors / HEADS / SECTORS_PER_TRACK + "\"",
                        "ddb.geometry.heads = \"" + HEADS + "\"",
                        "ddb.geometry.sectors = \"" + SECTORS_PER_TRACK + "\"",
                        "ddb.adapterType = \"lsilogic\"",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The file has one encoding, names have many: what is not plain becomes an underscore. */
    private static String plain(String name) {
        var plain = name.replaceAll("[^ !#-~]", "_");
        return plain.substring(0, Math.min(MAX_NAME, plain.length()));
    }

    /** {@return the value of a line {@code key=value} or {@code key = "value"}} */
    static Optional<String> value(String descriptor, String key) {
        var matcher = Pattern.compile("^[ \\t]*" + key + "[ \\t]*=[ \\t]*\"?([^\"\\r\\n]*)", Pattern.MULTILINE)
                .matcher(descriptor);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }
}
