package io.bascule.imagebuilder.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** Images for tests, right ones and ones with a fault. */
public final class Layouts {
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Blobs by the hexadecimal digits of their digest. */
    final Map<String, byte[]> blobs = new LinkedHashMap<>();

    private final ObjectNode index = MAPPER.createObjectNode().put("schemaVersion", 2);

    public Layouts() {
        index.putArray("manifests");
    }

    /** A layer as it is stored, and as it is unpacked. */
    public static final class Layer {
        private final String mediaType;
        private final byte[] stored;
        private final byte[] tar;

        Layer(String mediaType, byte[] stored, byte[] tar) {
            this.mediaType = mediaType;
            this.stored = stored;
            this.tar = tar;
        }

        String mediaType() {
            return mediaType;
        }

        byte[] stored() {
            return stored;
        }

        byte[] tar() {
            return tar;
        }

        public static Layer plain(byte[] tar) {
            return new Layer(LAYER, tar, tar);
        }

        static Layer gzip(byte[] tar) {
            var out = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(out)) {
                gzip.write(tar);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return new Layer(LAYER + "+gzip", out.toByteArray(), tar);
        }

        static Layer zstd(byte[] tar) {
            return new Layer(LAYER + "+zstd", Zstd.compress(tar), tar);
        }
    }

    static String digest(byte[] bytes) {
        return Sha256Digest.ofContent(bytes).toString();
    }

    ObjectNode blob(String mediaType, byte[] bytes) {
        blobs.put(digest(bytes), bytes);
        return MAPPER.createObjectNode()
                .put("mediaType", mediaType)
                .put("digest", "sha256:" + digest(bytes))
                .put("size", bytes.length);
    }

    ObjectNode blob(String mediaType, ObjectNode document) {
        return blob(mediaType, document.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the descriptor of a manifest}; {@code change} may break it before its digest is made */
    ObjectNode manifest(String architecture, Consumer<ObjectNode> change, Layer... layers) {
        var config = MAPPER.createObjectNode().put("os", "linux").put("architecture", architecture);
        var diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        var manifest = MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", MediaType.MANIFEST);
        var list = MAPPER.createArrayNode();
        for (var layer : layers) {
            diffIds.add("sha256:" + digest(layer.tar()));
            list.add(blob(layer.mediaType(), layer.stored()));
        }
        manifest.set("config", blob("application/vnd.oci.image.config.v1+json", config));
        manifest.set("layers", list);
        change.accept(manifest);
        return blob(MediaType.MANIFEST, manifest);
    }

    public ObjectNode manifest(Layer... layers) {
        return manifest("amd64", unused -> {}, layers);
    }

    /** Adds an image to the index. */
    public Layouts add(ObjectNode descriptor, String tag) {
        if (!tag.isEmpty()) {
            descriptor.putObject("annotations").put("org.opencontainers.image.ref.name", tag);
        }
        index.withArray("manifests").add(descriptor);
        return this;
    }

    /** Adds images of several platforms under one name. */
    Layouts addIndex(String tag, Map<String, ObjectNode> byArchitecture) {
        var inner = MAPPER.createObjectNode().put("schemaVersion", 2);
        var list = inner.putArray("manifests");
        byArchitecture.forEach((architecture, descriptor) -> {
            descriptor.putObject("platform").put("os", "linux").put("architecture", architecture);
            list.add(descriptor);
        });
        return add(blob(MediaType.INDEX, inner), tag);
    }

    /** {@return the files of the layout by their paths} */
    public Map<String, byte[]> files() {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
        files.put("index.json", index.toString().getBytes(StandardCharsets.UTF_8));
        blobs.forEach((digest, bytes) -> files.put("blobs/sha256/" + digest, bytes));
        return files;
    }
}
