package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.ImageReference;
import io.bascule.imagebuilder.source.StallGuard;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * An image in a registry. Blobs go into a cache first, where they are compared with their digests; what is there already is
 * not asked for, so that an image named by its digest can be built without a network.
 */
final class Registry implements Blobs, AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final int BUFFER = 1 << 16;
    private static final String ACCEPT =
            String.join(", ", MediaType.INDEX, MediaType.MANIFEST, MediaType.DOCKER_INDEX, MediaType.DOCKER_MANIFEST);

    private final ImageReference image;
    private final RegistryClient client;
    private final BlobCache cache;
    private final Duration pause;
    private final LongConsumer progress;

    /**
     * @param pause before a download that broke goes on
     * @param progress is told how many bytes of the blob at hand are there
     */
    Registry(ImageReference image, RegistryClient client, BlobCache cache, Duration pause, LongConsumer progress) {
        this.image = image;
        this.client = client;
        this.cache = cache;
        this.pause = pause;
        this.progress = progress;
    }

    /** Reads the image: documents and layers are in the cache afterwards. */
    OciImage read() throws BuildException, IOException, InterruptedException {
        return new ImageReader(this, "docker://" + image).image(top());
    }

    /** {@return what the image's name stands for} */
    private Descriptor top() throws BuildException, IOException, InterruptedException {
        if (image.digest().isPresent()) {
            var cached = cache.find(image.digest().get());
            if (cached.isPresent()) {
                return describe(cached.get().readAll(), Optional.empty());
            }
        }
        var name =
                image.digest().map(digest -> "sha256:" + digest).or(image::tag).orElseThrow();
        for (var attempt = 1; ; attempt++) {
            try {
                var response = client.get("manifests/" + name, Map.of("Accept", ACCEPT));
                byte[] bytes;
                try (var body = new StallGuard(response.body())) {
                    bytes = body.readNBytes(JsonDocument.MAX_SIZE + 1);
                }
                return keep(response, bytes, name);
            } catch (MalformedDocumentException e) {
                throw e;
            } catch (IOException e) {
                again(e, attempt);
            }
        }
    }

    private Descriptor keep(HttpResponse<InputStream> response, byte[] bytes, String name)
            throws BuildException, IOException {
        var digest = Sha256Digest.ofContent(bytes);
        var expected = image.digest()
                .map(Sha256Digest::toString)
                .or(() -> response.headers()
                        .firstValue("Docker-Content-Digest")
                        .filter(value -> value.startsWith("sha256:"))
                        .map(value -> value.substring("sha256:".length())));
        if (expected.isPresent() && !expected.get().equals(digest.toString())) {
            throw BuildException.badInput(
                    "the registry " + image.host() + " gives other bytes for the manifest " + name
                            + " than it should: their SHA-256 is " + digest,
                    "somebody between you and the registry changes what it says, or it is broken");
        }
        var descriptor = describe(bytes, response.headers().firstValue("Content-Type"));
        var file = cache.newFile();
        try {
            Files.write(file, bytes);
            cache.publish(file, digest);
        } finally {
            Files.deleteIfExists(file);
        }
        return descriptor;
    }

    /** A manifest need not say what it is; then the registry does, and in the cache its members do. */
    private static Descriptor describe(byte[] bytes, Optional<String> contentType) throws IOException {
        var digest = Sha256Digest.ofContent(bytes);
        var document = JsonDocument.read("manifest sha256:" + digest, bytes);
        var type = document.has("mediaType")
                ? document.text("mediaType")
                : contentType
                        .map(value -> value.replaceFirst("\\s*;.*", ""))
                        .filter(value -> MediaType.INDEXES.contains(value) || MediaType.MANIFESTS.contains(value))
                        .orElse(document.has("manifests") ? MediaType.INDEX : MediaType.MANIFEST);
        return new Descriptor(type, digest, bytes.length, Optional.empty(), List.of());
    }

    @Override
    public Content get(Descriptor descriptor) throws BuildException, IOException, InterruptedException {
        var cached = cache.find(descriptor.digest());
        if (cached.isPresent()) {
            return cached.get();
        }
        var file = cache.newFile();
        try {
            download(descriptor, file);
            Verified.content(
                    new ImageFiles.FileContent(file, Files.size(file)), descriptor, "the registry " + image.host());
            return cache.publish(file, descriptor.digest());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void download(Descriptor descriptor, Path file) throws BuildException, IOException, InterruptedException {
        var isDocument = MediaType.INDEXES.contains(descriptor.mediaType())
                || MediaType.MANIFESTS.contains(descriptor.mediaType());
        var what = (isDocument ? "manifests/" : "blobs/") + "sha256:" + descriptor.digest();
        for (var attempt = 1; ; attempt++) {
            var have = Files.size(file);
            var headers = isDocument
                    ? Map.of("Accept", ACCEPT)
                    : have > 0 ? Map.of("Range", "bytes=" + have + "-") : Map.<String, String>of();
            try {
                var response = client.get(what, headers);
                // A server that does not know ranges begins from the start.
                var goesOn = have > 0
                        && response.statusCode() == 206
                        && response.headers()
                                .firstValue("Content-Range")
                                .orElse("")
                                .startsWith("bytes " + have + "-");
                try (var body = new StallGuard(response.body())) {
                    append(body, file, goesOn, descriptor);
                }
                if (Files.size(file) >= descriptor.size()) {
                    return;
                }
                throw new IOException("the registry " + image.host() + " ended in the middle of " + what);
            } catch (IOException e) {
                // What has come so far counts as an attempt of its own.
                if (Files.size(file) > have) {
                    attempt = 1;
                }
                again(e, attempt);
            }
        }
    }

    private void append(InputStream body, Path file, boolean goesOn, Descriptor descriptor)
            throws BuildException, IOException {
        var buffer = new byte[BUFFER];
        try (var out = Files.newOutputStream(
                file,
                StandardOpenOption.WRITE,
                goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
            var size = goesOn ? Files.size(file) : 0;
            for (int count; (count = body.read(buffer)) > 0; ) {
                size += count;
                if (size > descriptor.size()) {
                    throw BuildException.badInput(
                            "the registry " + image.host() + " gives more than the " + descriptor.size()
                                    + " bytes that the blob sha256:" + descriptor.digest() + " has",
                            "it is broken, or somebody between you and it changes what it says");
                }
                out.write(buffer, 0, count);
                progress.accept(size);
            }
        }
    }

    private void again(IOException e, int attempt) throws IOException, InterruptedException {
        if (attempt >= ATTEMPTS) {
            throw new IOException(
                    "the registry " + image.host() + " cannot be reached after " + attempt + " attempts: "
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    e);
        }
        Thread.sleep(pause.multipliedBy(attempt));
    }

    @Override
    public void close() {
        client.close();
    }
}
