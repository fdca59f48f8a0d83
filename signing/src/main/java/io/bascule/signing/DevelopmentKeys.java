package io.bascule.signing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pair of keys in files and a keyring that trusts it alone, for both roles: enough to try updates, too little for a
 * fleet, where no single file may be able to sign.
 *
 * @param privateKey {@code NAME.key}, for its owner only
 * @param publicKey {@code NAME.pub}
 * @param keyringFile {@code keyring.json}
 * @param keyring what is in it
 * @param keyId the key
 */
public record DevelopmentKeys(Path privateKey, Path publicKey, Path keyringFile, Keyring keyring, KeyId keyId) {
    /** The name of keyrings' files. */
    public static final String KEYRING_FILE = "keyring.json";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /**
     * Makes a new pair and writes the three files; the folder is made if it is not there.
     *
     * @param name of the files, and the key's comment in the keyring
     * @throws KeyFileException if one of the files is there; nothing is written then
     * @throws IllegalArgumentException if {@code name} is not 1 to 64 letters, digits, dots, dashes and underscores
     */
    public static DevelopmentKeys create(Path folder, String name, KeyAlgorithm algorithm) throws IOException {
        return create(folder, name, algorithm, Optional.empty());
    }

    /**
     * Makes such files with the private key under a passphrase, if there is one.
     *
     * @throws KeyFileException if one of the files is there; nothing is written then
     * @throws IllegalArgumentException if {@code name} is not 1 to 64 letters, digits, dots, dashes and underscores
     */
    public static DevelopmentKeys create(Path folder, String name, KeyAlgorithm algorithm, Optional<char[]> passphrase)
            throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not 1 to 64 letters, digits, dots, dashes and underscores");
        }
        var privateKey = folder.resolve(name + KeyFile.PRIVATE_SUFFIX);
        var publicKey = folder.resolve(name + KeyFile.PUBLIC_SUFFIX);
        var keyringFile = folder.resolve(KEYRING_FILE);
        for (var file : List.of(privateKey, publicKey, keyringFile)) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw KeyFile.exists(file);
            }
        }
        var pair = algorithm.generate();
        var keyring = Keyring.ofEqualKeys(List.of(Keyring.Key.of(pair.getPublic(), name)));
        Files.createDirectories(folder);
        if (passphrase.isPresent()) {
            KeyFile.writePrivate(privateKey, pair.getPrivate(), passphrase.get());
        } else {
            KeyFile.writePrivate(privateKey, pair.getPrivate());
        }
        KeyFile.writePublic(publicKey, pair.getPublic());
        KeyFile.writeNew(keyringFile, keyring.toJson(), KeyFile.PUBLIC_MODE);
        return new DevelopmentKeys(privateKey, publicKey, keyringFile, keyring, KeyId.of(pair.getPublic()));
    }
}
