package io.bascule.signing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the successors of a keyring come from. Nothing that it gives is trusted, its size included. */
@FunctionalInterface
public interface KeyringSource {
    /**
     * {@return the document of that name from its first byte, for the caller to close; nothing if there is none}
     *
     * @param name {@code keyring-N.json}
     * @throws IOException if it cannot be told whether there is one
     */
    Optional<InputStream> open(String name) throws IOException;

    /** {@return the files in a folder} */
    static KeyringSource folder(Path folder) {
        return name -> {
            var file = folder.resolve(name);
            return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
        };
    }
}
