package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code docker save} wrote before it wrote layouts: {@code manifest.json} names a config and layers by path. The
 * config's name is its digest, and the config has those of the layers.
 */
final class DockerArchive {
    static final String MANIFEST = "manifest.json";

    private static final int MAX_IMAGES = 1000;
    private static final int MAX_LAYERS = 1000;

    private final ImageFiles files;
    private final String where;

    DockerArchive(ImageFiles files, String where) {
        this.files = files;
        this.where = where;
    }

    OciImage read(Content manifest, Optional<String> tag) throws BuildException, IOException {
        var matching = new ArrayList<JsonDocument>();
        var names = new ArrayList<String>();
        for (var image : images(manifest)) {
            var tags =
                    image.has("RepoTags") && tagged(image) ? image.textsIn("RepoTags", MAX_IMAGES) : List.<String>of();
            names.addAll(tags);
            if (tag.isEmpty()
                    || tags.stream().anyMatch(name -> name.equals(tag.get()) || name.endsWith(":" + tag.get()))) {
                matching.add(image);
            }
        }
        if (matching.size() != 1) {
            throw BuildException.badInput(
                    where + " has " + matching.size() + " images"
                            + tag.map(name -> " named '" + name + "'").orElse("") + "; in it are: "
                            + (names.isEmpty() ? "none with a name" : String.join(", ", names)),
                    "say which, with :TAG behind it");
        }
        var image = matching.getFirst();
        var configPath = image.text("Config");
        var config = file(configPath).readAll();
        var digest = Sha256Digest.ofContent(config);
        if (!configPath
                .replaceFirst("^blobs/sha256/", "")
                .replaceFirst("\\.json$", "")
                .equals(digest.toString())) {
            throw BuildException.badInput(
                    where + ": " + configPath + " is broken: the SHA-256 of its bytes is " + digest,
                    "save the image again");
        }
        var paths = image.textsIn("Layers", MAX_LAYERS);
        var diffIds = new ImageReader(new LayoutBlobs(files, where), where)
                .diffIds(JsonDocument.read(configPath, config), paths.size());
        var layers = new ArrayList<OciImage.Layer>();
        for (var i = 0; i < paths.size(); i++) {
            layers.add(new OciImage.Layer(paths.get(i), file(paths.get(i)), diffIds.get(i)));
        }
        return new OciImage(digest, layers);
    }

    /** An image without a name has null there. */
    private static boolean tagged(JsonDocument image) {
        return image.copy().get("RepoTags").isArray();
    }

    /** The document is an array, and our reader wants an object. */
    private static List<JsonDocument> images(Content manifest) throws IOException {
        if (manifest.size() >= JsonDocument.MAX_SIZE) {
            throw new MalformedDocumentException(
                    MANIFEST, "", manifest.size() + " bytes, more than the " + JsonDocument.MAX_SIZE + " allowed");
        }
        var wrapped = new ByteArrayOutputStream();
        wrapped.writeBytes("{\"\":".getBytes(StandardCharsets.UTF_8));
        wrapped.writeBytes(manifest.readAll());
        wrapped.write('}');
        return JsonDocument.read(MANIFEST, wrapped.toByteArray()).objectsIn("", MAX_IMAGES);
    }

    private Content file(String path) throws BuildException, IOException {
        return files.file(path)
                .orElseThrow(() -> BuildException.badInput(
                        where + " has no " + path + ", which its " + MANIFEST + " names", "save the image again"));
    }
}
