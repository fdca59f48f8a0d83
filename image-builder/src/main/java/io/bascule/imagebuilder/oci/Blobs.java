package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.Content;
import java.io.IOException;

/** Where the blobs of an image are. */
interface Blobs {
    /**
     * {@return the blob that {@code descriptor} names: of its size, and with its SHA-256}
     *
     * @throws BuildException if there is none, or another one under its name
     */
    Content get(Descriptor descriptor) throws BuildException, IOException, InterruptedException;
}
