package io.bascule.imagebuilder.oci;

import io.bascule.signing.JsonDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Names and passwords for registries, out of the file that {@code docker login} and {@code skopeo login} write. Programs
 * that keep them elsewhere ({@code credsStore}, {@code credHelpers}) are not run.
 *
 * @param file that has them; it need not be there
 */
record Credentials(Path file) {
    /** How Docker's own registry is called in that file. */
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    /** {@return those of the user who builds} */
    static Credentials ofUser() {
        var folder = System.getenv("DOCKER_CONFIG");
        return new Credentials(
                folder == null || folder.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".docker", "config.json")
                        : Path.of(folder, "config.json"));
    }

    /** {@return what goes behind {@code Basic} for a registry, if the user has logged in there} */
    Optional<String> basicFor(String host) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var document = JsonDocument.read(file.toString(), Files.readAllBytes(file));
        if (!document.has("auths")) {
            return Optional.empty();
        }
        var auths = document.object("auths");
        for (var name : new String[] {host, "https://" + host, host.equals("docker.io") ? DOCKER_HUB : host}) {
            if (auths.has(name) && auths.object(name).has("auth")) {
                var auth = auths.object(name).text("auth");
                try {
                    var decoded = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
                    if (decoded.contains(":")) {
                        return Optional.of(auth);
                    }
                } catch (IllegalArgumentException e) {
                    // The complaint below is about this, too; what stands there is secret.
                }
                throw auths.malformed(name + ".auth", "not a name and a password in Base64");
            }
        }
        return Optional.empty();
    }
}
