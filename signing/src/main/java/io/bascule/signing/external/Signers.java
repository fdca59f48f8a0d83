package io.bascule.signing.external;

import io.bascule.signing.KeyFile;
import io.bascule.signing.PassphraseSource;
import io.bascule.signing.Signer;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** What users name a key by: the file that it is in, or a URI for where else it is. */
public final class Signers {
    private static final String FILE_SCHEME = "file:";

    private Signers() {}

    /** {@return the file that {@code key} names; nothing if it is a URI} */
    public static Optional<Path> file(String key) {
        return uri(key).isPresent() ? Optional.empty() : Optional.of(Path.of(key));
    }

    /**
     * {@return a signer with the key that is named}
     *
     * @param key a key file, {@code command:...} or {@code pkcs11:...}
     * @param passphrases asked if key file or token has one
     * @throws IllegalArgumentException if it is such a URI, and not a right one
     * @throws IOException if the key cannot be used
     */
    public static Signer open(String key, PassphraseSource passphrases) throws IOException {
        var uri = uri(key);
        if (uri.isEmpty()) {
            return KeyFile.readSigner(Path.of(key), passphrases);
        }
        return uri.get().scheme().equals(CommandSigner.SCHEME)
                ? CommandSigner.open(uri.get())
                : Pkcs11Signer.open(uri.get(), passphrases);
    }

    /** {@return the same key, named so that it does not depend on the working folder} */
    public static String absolute(String key) {
        var uri = uri(key);
        if (uri.isEmpty()) {
            return Path.of(key).toAbsolutePath().toString();
        }
        var query = uri.get().query().stream()
                .map(attribute -> attribute.name() + "="
                        + (attribute.name().equals(CommandSigner.PUBLIC)
                                        || attribute.name().equals(Pkcs11Uri.MODULE_PATH)
                                        || attribute.name().equals(Pkcs11Uri.PIN_SOURCE)
                                ? KeyUri.encode(
                                        path(attribute.text()).toAbsolutePath().toString())
                                : attribute.encoded()))
                .collect(Collectors.joining("&"));
        var path = uri.get().path();
        // A program without a slash is looked up on the PATH.
        if (uri.get().scheme().equals(CommandSigner.SCHEME) && path.contains("/")) {
            path = KeyUri.encode(Path.of(KeyUri.text(path)).toAbsolutePath().toString());
        }
        return uri.get().scheme() + ":" + path + (query.isEmpty() ? "" : "?" + query);
    }

    /** {@return the file that an attribute names, as a path or as a URI of a file} */
    static Path path(String text) {
        try {
            return Path.of(text.startsWith(FILE_SCHEME) ? withoutSlashes(text.substring(FILE_SCHEME.length())) : text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not the name of a file", e);
        }
    }

    /** {@return the path in {@code file:///path}, which {@code file:/path} is, too (RFC 8089, appendix B)} */
    private static String withoutSlashes(String path) {
        return path.startsWith("//") ? path.substring(2) : path;
    }

    private static Optional<KeyUri> uri(String key) {
        return key.startsWith(CommandSigner.SCHEME + ":") || key.startsWith(Pkcs11Uri.SCHEME + ":")
                ? Optional.of(KeyUri.parse(key))
                : Optional.empty();
    }
}
