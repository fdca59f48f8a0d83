package io.bascule.signing.external;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Which private key of which token (RFC 7512): what is not said does not matter, and of what matches there must be one.
 *
 * @param module the library that speaks to the token
 * @param token its label
 * @param serial its serial number
 * @param slot number of the slot that it is in
 * @param object the key's label
 * @param id the key's CKA_ID, in any bytes
 * @param pinSource the file whose first line is the PIN
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pkcs11Uri(
        Path module,
        Optional<String> token,
        Optional<String> serial,
        Optional<Long> slot,
        Optional<String> object,
        Optional<byte[]> id,
        Optional<Path> pinSource) {
    static final String SCHEME = "pkcs11";
    static final String MODULE_PATH = "module-path";
    static final String PIN_SOURCE = "pin-source";

    private static final int MAX_PIN = 256;

    /** @throws IllegalArgumentException if it is not one that we know all of */
    static Pkcs11Uri of(KeyUri uri) {
        var path = KeyUri.attributes(uri.path(), ';');
        KeyUri.require(path, Set.of("token", "serial", "slot-id", "object", "id", "type"), Set.of());
        if (KeyUri.find(uri.query(), "pin-value").isPresent()) {
            throw new IllegalArgumentException(
                    "a PIN on a command line is known to all on the machine: put it into a file," + " and name that by "
                            + PIN_SOURCE);
        }
        KeyUri.require(uri.query(), Set.of(MODULE_PATH, PIN_SOURCE), Set.of());
        if (KeyUri.find(path, "type")
                .filter(type -> !type.text().equals("private"))
                .isPresent()) {
            throw new IllegalArgumentException("only keys of type=private sign");
        }
        var pinSource = KeyUri.find(uri.query(), PIN_SOURCE).map(KeyUri.Attribute::text);
        if (pinSource.filter(text -> text.startsWith("|")).isPresent()) {
            throw new IllegalArgumentException(PIN_SOURCE + " must be a file: programs are not run for a PIN");
        }
        return new Pkcs11Uri(
                KeyUri.find(uri.query(), MODULE_PATH)
                        .map(attribute -> Signers.path(attribute.text()))
                        .orElseThrow(() -> new IllegalArgumentException("it names no module, the library of the token:"
                                + " ?" + MODULE_PATH + "=/usr/lib/.../MODULE.so")),
                KeyUri.find(path, "token").map(KeyUri.Attribute::text),
                KeyUri.find(path, "serial").map(KeyUri.Attribute::text),
                KeyUri.find(path, "slot-id").map(attribute -> number(attribute.text())),
                KeyUri.find(path, "object").map(KeyUri.Attribute::text),
                KeyUri.find(path, "id").map(KeyUri.Attribute::bytes),
                pinSource.map(Signers::path));
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("slot-id: '" + text + "' is not a number");
        }
        return Long.parseLong(text);
    }

    /** {@return the PIN in the file that the URI names, in UTF-8; nothing if it names none} */
    Optional<byte[]> pin() throws IOException {
        if (pinSource.isEmpty()) {
            return Optional.empty();
        }
        var file = pinSource.get();
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw SignerException.permanent(
                    PIN_SOURCE + ": there is no file " + file + " that can be read", "name the file with the PIN");
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_PIN + 1);
        }
        var end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end == 0 || end > MAX_PIN) {
            throw SignerException.permanent(
                    PIN_SOURCE + ": the first line of " + file + " is no PIN", "write the PIN into its first line");
        }
        return Optional.of(Arrays.copyOf(bytes, end));
    }

    /** {@return characters as the module gets them} */
    static byte[] utf8(char[] characters) {
        var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
        return copy(encoded);
    }

    private static byte[] copy(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
