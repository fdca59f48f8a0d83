package io.bascule.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;

/**
 * What a key file tells to who has no passphrase. Nothing is tried out: whether the halves of a pair belong together is
 * seen when they sign.
 *
 * @param kind which half it holds
 * @param algorithm nothing if only the passphrase would tell
 * @param id of the public half; nothing if that is neither beside it nor can be computed
 */
public record KeyFileFacts(Kind kind, Optional<KeyAlgorithm> algorithm, Optional<KeyId> id) {

    /** What is in a key file. */
    public enum Kind {
        PUBLIC,
        /** For everybody who can read the file. */
        PRIVATE,
        /** For who can read the file and knows its passphrase. */
        PRIVATE_WITH_PASSPHRASE
    }

    /** @throws KeyFileException if there is no key of a known kind in the file */
    public static KeyFileFacts read(Path file) throws IOException {
        var pem = PemFile.read(file);
        if (pem.has(PemFile.ENCRYPTED)) {
            var sibling = publicHalf(file);
            return new KeyFileFacts(
                    Kind.PRIVATE_WITH_PASSPHRASE, sibling.map(KeyAlgorithm::of), sibling.map(KeyId::of));
        }
        if (pem.has(PemFile.PUBLIC)) {
            var key = KeyFile.readPublic(file);
            return new KeyFileFacts(Kind.PUBLIC, Optional.of(KeyAlgorithm.of(key)), Optional.of(KeyId.of(key)));
        }
        var key = KeyFile.decodePrivate(file, pem.find(PemFile.PRIVATE).orElseThrow(() -> pem.none(PemFile.PRIVATE)));
        var publicKey = publicHalf(file).or(() -> KeyFile.derivePublic(key));
        return new KeyFileFacts(Kind.PRIVATE, Optional.of(KeyAlgorithm.of(key)), publicKey.map(KeyId::of));
    }

    private static Optional<PublicKey> publicHalf(Path privateKey) throws IOException {
        var file = KeyFile.publicFileOf(privateKey);
        return Files.exists(file) ? Optional.of(KeyFile.readPublic(file)) : Optional.empty();
    }
}
