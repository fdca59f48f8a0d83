package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;

/** Blobs are compared with their descriptors before anybody looks at what is in them. */
final class Verified {
    private static final int BUFFER = 1 << 18;

    private Verified() {}

    /**
     * {@return {@code content}}
     *
     * @throws BuildException if it is not what {@code descriptor} says
     */
    static Content content(Content content, Descriptor descriptor, String where) throws BuildException, IOException {
        if (content.size() != descriptor.size()) {
            throw broken(
                    descriptor, where, "it has " + content.size() + " bytes, and should have " + descriptor.size());
        }
        var found = digest(content);
        if (!found.equals(descriptor.digest())) {
            throw broken(descriptor, where, "the SHA-256 of its bytes is " + found);
        }
        return content;
    }

    static Sha256Digest digest(Content content) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var buffer = new byte[BUFFER];
        try (var in = content.open()) {
            for (int count; (count = in.read(buffer)) > 0; ) {
                digest.update(buffer, 0, count);
            }
        }
        return Sha256Digest.soFar(digest);
    }

    private static BuildException broken(Descriptor descriptor, String where, String problem) {
        return BuildException.badInput(
                "the blob sha256:" + descriptor.digest() + " in " + where + " is broken: " + problem,
                "copy the image again from where it came");
    }
}
