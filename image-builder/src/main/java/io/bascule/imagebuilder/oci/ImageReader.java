package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** From an index or a manifest to the layers of the one image in it that this machine's images are made of. */
final class ImageReader {
    /** What images are made for; nothing else can be built yet. */
    static final String PLATFORM = "linux/amd64";

    private static final int MAX_MANIFESTS = 1000;
    private static final int MAX_LAYERS = 1000;
    private static final int MAX_INDEXES = 4;

    private final Blobs blobs;
    private final String where;

    /** @param where the image is, for messages */
    ImageReader(Blobs blobs, String where) {
        this.blobs = blobs;
        this.where = where;
    }

    /**
     * Picks the image from an index.
     *
     * @param tag its name there; absent if there is only one
     */
    OciImage fromIndex(JsonDocument index, Optional<String> tag)
            throws BuildException, IOException, InterruptedException {
        return image(pick(index, tag), 1);
    }

    /** Reads the image whose manifest, or whose index of manifests for several platforms, {@code descriptor} names. */
    OciImage image(Descriptor descriptor) throws BuildException, IOException, InterruptedException {
        return image(descriptor, 0);
    }

    private OciImage image(Descriptor descriptor, int indexes)
            throws BuildException, IOException, InterruptedException {
        if (MediaType.INDEXES.contains(descriptor.mediaType())) {
            if (indexes >= MAX_INDEXES) {
                throw BuildException.badInput(
                        where + " has indexes in indexes, more than " + MAX_INDEXES + " deep", "is it an image?");
            }
            return image(pick(document("index", descriptor), Optional.empty()), indexes + 1);
        }
        if (!MediaType.MANIFESTS.contains(descriptor.mediaType())) {
            throw unknown("a manifest", descriptor.mediaType());
        }
        var manifest = document("manifest", descriptor);
        var config = Descriptor.read(manifest.object("config"));
        if (!MediaType.CONFIGS.contains(config.mediaType())) {
            throw unknown("an image's configuration", config.mediaType());
        }
        var descriptors = new ArrayList<Descriptor>();
        for (var layer : manifest.objectsIn("layers", MAX_LAYERS)) {
            var read = Descriptor.read(layer);
            if (!MediaType.LAYERS.contains(read.mediaType())) {
                throw unknown("a layer", read.mediaType());
            }
            descriptors.add(read);
        }
        var diffIds = diffIds(document("config", config), descriptors.size());
        var layers = new ArrayList<OciImage.Layer>();
        for (var i = 0; i < descriptors.size(); i++) {
            var layer = descriptors.get(i);
            layers.add(new OciImage.Layer("sha256:" + layer.digest(), blobs.get(layer), diffIds.get(i)));
        }
        return new OciImage(descriptor.digest(), layers);
    }

    /** {@return the SHA-256 of each of {@code layers} unpacked layers, after checking what machines the image is for} */
    List<Sha256Digest> diffIds(JsonDocument config, int layers) throws BuildException, MalformedDocumentException {
        var platform = config.text("os") + "/" + config.text("architecture");
        if (!platform.equals(PLATFORM)) {
            throw BuildException.badInput(
                    where + " is an image for " + platform + ", and this build is for " + PLATFORM,
                    "take the image for " + PLATFORM);
        }
        var rootfs = config.object("rootfs");
        if (!rootfs.text("type").equals("layers")) {
            throw rootfs.malformed("type", "'" + rootfs.text("type") + "', expected 'layers'");
        }
        var diffIds = new ArrayList<Sha256Digest>();
        for (var text : rootfs.textsIn("diff_ids", MAX_LAYERS)) {
            diffIds.add(Descriptor.digest(rootfs, "diff_ids[" + diffIds.size() + "]", text));
        }
        if (diffIds.size() != layers) {
            throw rootfs.malformed("diff_ids", diffIds.size() + " items, but the image has " + layers + " layers");
        }
        return diffIds;
    }

    private Descriptor pick(JsonDocument index, Optional<String> tag) throws BuildException, IOException {
        var all = new ArrayList<Descriptor>();
        for (var manifest : index.objectsIn("manifests", MAX_MANIFESTS)) {
            all.add(Descriptor.read(manifest));
        }
        var named = all.stream()
                .filter(manifest -> tag.isEmpty() || manifest.isNamed(tag.get()))
                .toList();
        if (named.isEmpty()) {
            throw BuildException.badInput(
                    tag.isPresent()
                            ? where + " has no image '" + tag.get() + "'; it has " + names(all)
                            : where + " has no image at all",
                    tag.isPresent() ? "choose one of these as the tag" : "is it the right one?");
        }
        // Indexes within an index are for all platforms if they do not say otherwise.
        var fitting = named.stream()
                .filter(manifest -> manifest.platform().map(PLATFORM::equals).orElse(true))
                .toList();
        if (fitting.isEmpty()) {
            throw BuildException.badInput(
                    where + " has no image for " + PLATFORM + ", only for "
                            + named.stream()
                                    .flatMap(manifest -> manifest.platform().stream())
                                    .distinct()
                                    .sorted()
                                    .collect(Collectors.joining(", ")),
                    "take an image that was made for " + PLATFORM);
        }
        var digests = fitting.stream().map(Descriptor::digest).distinct().count();
        if (digests > 1) {
            throw BuildException.badInput(
                    where + " has several images for " + PLATFORM + ": " + names(fitting),
                    "say which, with :TAG behind it");
        }
        return fitting.getFirst();
    }

    private static String names(List<Descriptor> manifests) {
        return manifests.stream()
                .map(manifest -> manifest.names().isEmpty()
                        ? "sha256:" + manifest.digest()
                        : String.join(" = ", manifest.names()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private JsonDocument document(String name, Descriptor descriptor)
            throws BuildException, IOException, InterruptedException {
        if (descriptor.size() > JsonDocument.MAX_SIZE) {
            throw new MalformedDocumentException(
                    name, "", descriptor.size() + " bytes, more than the " + JsonDocument.MAX_SIZE + " allowed");
        }
        Content content = blobs.get(descriptor);
        return JsonDocument.read(name + " sha256:" + descriptor.digest(), content.readAll());
    }

    private BuildException unknown(String what, String mediaType) {
        return BuildException.badInput(
                where + ": '" + mediaType + "' is not the media type of " + what + " that can be unpacked",
                "is it the image of a container? Charts, signatures and encrypted layers are not");
    }
}
