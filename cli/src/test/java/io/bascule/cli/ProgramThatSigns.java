package io.bascule.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.bascule.signing.KeyFile;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;

/** A program for {@code --key command:}, with the key in the file that is its argument. */
final class ProgramThatSigns {
    private ProgramThatSigns() {}

    public static void main(String[] arguments) throws IOException {
        var digest = Sha256Digest.parse(new String(System.in.readAllBytes(), US_ASCII).strip());
        var signature = KeyFile.readSigner(Path.of(arguments[0])).sign(digest);
        System.out.println(Base64.getEncoder().encodeToString(signature));
    }
}
