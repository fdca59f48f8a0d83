package io.bascule.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Key files; an input that does not begin like one is the DER in it. */
class KeyFileFuzzTest extends FuzzTests {
    private static final String PASSPHRASE = "fuzzed";
    private static final Path FOLDER = Path.of("target", "fuzz", "key-file", "files");

    @Override
    public String name() {
        return "key-file";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "public-rsa.der", Keys.RSA.getPublic().getEncoded(),
                "public-ec.der", Keys.EC.getPublic().getEncoded(),
                "public-ec.pem", pem("PUBLIC KEY", Keys.EC.getPublic().getEncoded()),
                "private-rsa.der", Keys.RSA.getPrivate().getEncoded(),
                "encrypted-rsa.pem", pem("ENCRYPTED PRIVATE KEY", encrypted()),
                "private-rsa.pem", pem("PRIVATE KEY", Keys.RSA.getPrivate().getEncoded()));
    }

    /** Of one iteration, so that mutations do not wait. */
    private static byte[] encrypted() {
        return EncryptedKey.encrypt(Keys.RSA.getPrivate().getEncoded(), PASSPHRASE.toCharArray(), 1);
    }

    private static byte[] pem(String label, byte[] der) {
        return ("-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                        + "-----\n")
                .getBytes(US_ASCII);
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(KeyFileException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "-----BEGIN ", "-----END ", "PRIVATE KEY-----", "PUBLIC KEY-----", "ENCRYPTED ", "0\u0082", "\2\1\0");
    }

    /** Verifying takes a while. */
    @Override
    public int mutations() {
        return 800;
    }

    @Override
    public byte[] mend(byte[] input) {
        if (input.length > 0 && input[0] == '-') {
            return input;
        }
        // The version of a private key is the first number in it.
        var label = input.length > 600 || (input.length > 6 && input[4] == 2) ? "PRIVATE KEY" : "PUBLIC KEY";
        return pem(label, input);
    }

    @Override
    public void read(byte[] input) throws IOException {
        Files.createDirectories(FOLDER);
        var file = Files.write(FOLDER.resolve("fuzzed.key"), input);
        if (new String(input, US_ASCII).contains("PRIVATE KEY")) {
            KeyFile.readSigner(file, asked -> PASSPHRASE.toCharArray()).sign(Sha256Digest.ofContent(input));
        } else {
            TrustedKeys.verifies(KeyFile.readPublic(file), Sha256Digest.ofContent(input), new byte[256]);
        }
    }
}
