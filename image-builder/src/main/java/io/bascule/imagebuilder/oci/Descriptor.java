package io.bascule.imagebuilder.oci;

import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an image says about one of its blobs (OCI image specification, "Descriptors").
 *
 * @param mediaType what the blob is
 * @param digest its SHA-256
 * @param size in bytes
 * @param platform of an image, like {@code linux/amd64}; absent if it is not said
 * @param names by which an image can be asked for
 */
record Descriptor(String mediaType, Sha256Digest digest, long size, Optional<String> platform, List<String> names) {
    private static final String ALGORITHM = "sha256:";
    private static final List<String> NAMES = List.of("org.opencontainers.image.ref.name", "io.containerd.image.name");

    Descriptor {
        names = List.copyOf(names);
    }

    static Descriptor read(JsonDocument json) throws MalformedDocumentException {
        Optional<String> platform = Optional.empty();
        if (json.has("platform")) {
            var object = json.object("platform");
            platform = Optional.of(object.text("os") + "/" + object.text("architecture"));
        }
        var annotations =
                json.has("annotations") ? Optional.of(json.object("annotations")) : Optional.<JsonDocument>empty();
        var names = new ArrayList<String>();
        for (var name : NAMES) {
            if (annotations.isPresent() && annotations.get().has(name)) {
                names.add(annotations.get().text(name));
            }
        }
        return new Descriptor(
                json.text("mediaType"),
                digest(json, "digest", json.text("digest")),
                json.number("size", 0, Long.MAX_VALUE),
                platform,
                names);
    }

    /** {@return the digest that {@code text}, the member {@code name} of {@code json}, is} */
    static Sha256Digest digest(JsonDocument json, String name, String text) throws MalformedDocumentException {
        if (!text.startsWith(ALGORITHM)) {
            throw json.malformed(name, "'" + text + "' is not a SHA-256; other digests are not supported");
        }
        try {
            return Sha256Digest.parse(text.substring(ALGORITHM.length()));
        } catch (IllegalArgumentException e) {
            throw json.malformed(name, String.valueOf(e.getMessage()));
        }
    }

    /** {@return whether somebody who asks for {@code tag} means this} */
    boolean isNamed(String tag) {
        return names.stream().anyMatch(name -> name.equals(tag) || name.endsWith(":" + tag));
    }
}
