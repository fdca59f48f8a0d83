package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.ImageReference;
import io.bascule.imagebuilder.source.Decompressor;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarReader;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Puts the files of a container image over those of a tree. */
public final class OciSource {
    private static final String INDEX = "index.json";
    private static final String LAYOUT = "oci-layout";
    private static final String LAYOUT_VERSION = "1.0.0";
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Spool spool;
    private final UnpackBudget budget;
    private final LongConsumer progress;

    /**
     * @param spool keeps the contents; trees can be used as long as it is open
     * @param budget pays for everything that is unpacked
     * @param progress is told how many bytes of the layer at hand have been unpacked
     */
    public OciSource(Spool spool, UnpackBudget budget, LongConsumer progress) {
        this.spool = spool;
        this.budget = budget;
        this.progress = progress;
    }

    /**
     * Takes an image from a layout folder.
     *
     * @param tag which one, if there are several
     * @return the digest of the image's manifest
     * @throws BuildException if there is no such image for this platform, or it is not whole or not right
     */
    public Sha256Digest layout(Path folder, Optional<String> tag, FileTree onto)
            throws BuildException, IOException, InterruptedException {
        return unpack(fromFiles(ImageFiles.in(folder), folder.toString(), tag), folder.toString(), onto);
    }

    /**
     * Takes an image from an archive: of a layout, or as {@code docker save} writes it; it may be compressed.
     *
     * @return the digest of the image's manifest, or of its config if it has none
     * @throws BuildException as {@link #layout}
     */
    public Sha256Digest archive(Path file, Optional<String> tag, FileTree onto)
            throws BuildException, IOException, InterruptedException {
        var files = FileTree.empty();
        try (var in = Decompressor.open(Files.newInputStream(file), budget)) {
            TarReader.read(in, spool, files, progress);
        } catch (MalformedFormatException e) {
            throw malformed(file + " is not an archive of an image", e);
        }
        return unpack(fromFiles(ImageFiles.in(files), file.toString(), tag), file.toString(), onto);
    }

    /**
     * Takes an image from a registry.
     *
     * @param insecure whether to go without TLS; to this machine itself it always goes without
     * @param cache a folder that keeps what was downloaded
     * @return the digest of the image's manifest
     * @throws BuildException as {@link #layout}, or if the registry does not let us read the image
     * @throws IOException also if the registry cannot be reached
     */
    public Sha256Digest registry(ImageReference image, boolean insecure, Path cache, FileTree onto)
            throws BuildException, IOException, InterruptedException {
        return registry(image, insecure, cache, Credentials.ofUser(), PAUSE, onto);
    }

    Sha256Digest registry(
            ImageReference image, boolean insecure, Path cache, Credentials credentials, Duration pause, FileTree onto)
            throws BuildException, IOException, InterruptedException {
        var where = "docker://" + image;
        var client = new RegistryClient(image, insecure || image.isLoopback(), credentials);
        try (var registry = new Registry(image, client, new BlobCache(cache), pause, progress)) {
            return unpack(registry.read(), where, onto);
        } catch (MalformedDocumentException e) {
            throw malformed(where, e);
        }
    }

    private Sha256Digest unpack(OciImage image, String where, FileTree onto) throws BuildException, IOException {
        var sink = new LayerSink();
        for (var layer : image.layers()) {
            var place = where + ", layer " + layer.name();
            sink.nextLayer();
            try (var in = Decompressor.open(layer.content().open(), budget);
                    var hashed = new DigestInputStream(in, Sha256Digest.newMessageDigest())) {
                TarReader.read(hashed, spool, sink, budget, progress);
                hashed.transferTo(OutputStream.nullOutputStream());
                var found = Sha256Digest.soFar(hashed.getMessageDigest());
                if (!found.equals(layer.diffId())) {
                    throw BuildException.badInput(
                            place + " is not the one of its configuration: unpacked, its SHA-256 is " + found + ", not "
                                    + layer.diffId(),
                            "whoever made the image mixed two; make it again");
                }
            } catch (MalformedFormatException e) {
                throw malformed(place, e);
            }
        }
        try {
            sink.putOver(onto);
        } catch (IllegalArgumentException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    where + " cannot go over the sources before it: " + e.getMessage(),
                    "exclude applies to the stacked tree only; change the order of the sources",
                    e);
        }
        return image.identity();
    }

    private OciImage fromFiles(ImageFiles files, String where, Optional<String> tag)
            throws BuildException, IOException, InterruptedException {
        try {
            var index = files.file(INDEX);
            if (index.isPresent()) {
                checkLayout(files, where);
                if (index.get().size() > JsonDocument.MAX_SIZE) {
                    throw new MalformedDocumentException(INDEX, "", "more than " + JsonDocument.MAX_SIZE + " bytes");
                }
                return new ImageReader(new LayoutBlobs(files, where), where)
                        .fromIndex(JsonDocument.read(INDEX, index.get().readAll()), tag);
            }
            var docker = files.file(DockerArchive.MANIFEST);
            if (docker.isPresent()) {
                return new DockerArchive(files, where).read(docker.get(), tag);
            }
        } catch (MalformedDocumentException e) {
            throw malformed(where, e);
        }
        throw BuildException.badInput(
                where + " is not an OCI layout: it has neither " + INDEX + " nor " + DockerArchive.MANIFEST,
                "`skopeo copy docker://... oci:FOLDER` makes one; for a tree of files without layers write tar:PATH");
    }

    private static void checkLayout(ImageFiles files, String where) throws BuildException, IOException {
        var layout = files.file(LAYOUT);
        if (layout.isEmpty()) {
            throw BuildException.badInput(
                    where + " is not an OCI layout: it has no file " + LAYOUT, "the image was not copied whole");
        }
        var document = JsonDocument.read(LAYOUT, layout.get().readAll());
        var version = document.text("imageLayoutVersion");
        if (!version.equals(LAYOUT_VERSION)) {
            throw document.malformed(
                    "imageLayoutVersion", "'" + version + "'; this version of Bascule knows " + LAYOUT_VERSION);
        }
    }

    static BuildException malformed(String where, IOException e) {
        return new BuildException(
                BuildException.Kind.BAD_INPUT,
                where + ": " + e.getMessage(),
                "the image is broken; make or copy it again",
                e);
    }
}
