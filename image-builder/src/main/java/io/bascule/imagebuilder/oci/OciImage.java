package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.tree.Content;
import io.bascule.signing.Sha256Digest;
import java.util.List;

/**
 * An image, ready to be unpacked.
 *
 * @param identity what names it for ever: the digest of its manifest, or of its config if there is no manifest
 * @param layers from the lowest to the topmost
 */
record OciImage(Sha256Digest identity, List<Layer> layers) {
    OciImage {
        layers = List.copyOf(layers);
    }

    /**
     * One layer.
     *
     * @param name for messages
     * @param content a tar archive, compressed or not
     * @param diffId SHA-256 of the archive without compression
     */
    record Layer(String name, Content content, Sha256Digest diffId) {}
}
