package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.Content;
import java.io.IOException;

/**
 * Blobs of a layout.
 *
 * @param where the layout is, for messages
 */
record LayoutBlobs(ImageFiles files, String where) implements Blobs {
    @Override
    public Content get(Descriptor descriptor) throws BuildException, IOException {
        var path = "blobs/sha256/" + descriptor.digest();
        var content = files.file(path)
                .orElseThrow(() -> BuildException.badInput(
                        where + " has no " + path + ", which the image needs (" + descriptor.mediaType() + ")",
                        "the image was not copied whole; copy it again"));
        return Verified.content(content, descriptor, where);
    }
}
