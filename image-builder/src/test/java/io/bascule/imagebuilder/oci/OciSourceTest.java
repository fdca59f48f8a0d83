package io.bascule.imagebuilder.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarBuilder;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciSourceTest {
    @TempDir
    private Path folder;

    private Spool spool;
    private final FileTree tree = FileTree.empty();

    @BeforeEach
    void openSpool() throws IOException {
        spool = Spool.in(folder);
    }

    @AfterEach
    void closeSpool() throws IOException {
        spool.close();
    }

    private static TarBuilder tar() {
        return new TarBuilder();
    }

    private static Layouts.Layer layer(TarBuilder tar) {
        return Layouts.Layer.plain(tar.end());
    }

    private OciSource source() {
        return new OciSource(spool, UnpackBudget.forSlot(ByteCount.ofMiB(1)), count -> {});
    }

    private void write(Map<String, byte[]> files) throws IOException {
        for (var file : files.entrySet()) {
            var path = folder.resolve("layout").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private void unpack(Layouts layout, String tag) throws Exception {
        write(layout.files());
        source().layout(folder.resolve("layout"), tag.isEmpty() ? Optional.empty() : Optional.of(tag), tree);
    }

    private void unpack(Layouts.Layer... layers) throws Exception {
        var layout = new Layouts();
        unpack(layout.add(layout.manifest(layers), ""), "");
    }

    private String refusal(Layouts layout, String tag) {
        var refused = catchThrowableOfType(BuildException.class, () -> unpack(layout, tag));
        assertThat(refused).isNotNull();
        assertThat(tree.root().children()).as("nothing of it counts").isEmpty();
        return String.valueOf(refused.getMessage()).replace(folder + "/", "");
    }

    private String refusal(Layouts.Layer... layers) {
        var layout = new Layouts();
        return refusal(layout.add(layout.manifest(layers), ""), "");
    }

    private boolean has(String path) {
        return tree.find(path).isPresent();
    }

    @Test
    void stacksLayersOfEveryCompression() throws Exception {
        unpack(
                Layouts.Layer.gzip(tar().directory("a", 0700)
                        .file("a/one", "1")
                        .file("a/two", "2")
                        .end()),
                Layouts.Layer.zstd(
                        tar().file("a/two", "22").hardLink("a/three", "a/one").end()),
                layer(tar().directory("a", 0755).file("b", "b")));
        assertThat(Trees.text(tree, "a/two")).isEqualTo("22");
        assertThat(Trees.at(tree, "a/three")).as("a link into a lower layer").isSameAs(Trees.at(tree, "a/one"));
        assertThat(Trees.at(tree, "a").attributes().permissions()).isEqualTo(0755);
        assertThat(Trees.text(tree, "b")).isEqualTo("b");
    }

    @Test
    void whiteoutsHideWhatLowerLayersHaveAndNothingOfTheirOwn() throws Exception {
        unpack(
                layer(tar().file("gone", "x")
                        .file("again", "old")
                        .file("d/x", "x")
                        .file("e/lower", "x")
                        .file("e/sub/l", "x")),
                layer(tar().file(".wh.gone", "")
                        .file(".wh.again", "")
                        .file("again", "new")
                        .file("d/.wh.x", "")
                        .file("d/.wh.never", "")
                        .file("e/own", "own")
                        .file("e/sub/own", "own")
                        .file(".wh.e", "")));
        assertThat(has("gone")).isFalse();
        assertThat(Trees.text(tree, "again")).isEqualTo("new");
        assertThat(has("d")).isTrue();
        assertThat(has("d/x")).isFalse();
        assertThat(Trees.text(tree, "e/own")).isEqualTo("own");
        assertThat(Trees.text(tree, "e/sub/own")).isEqualTo("own");
        assertThat(has("e/lower")).isFalse();
        assertThat(has("e/sub/l")).isFalse();
    }

    @Test
    void anOpaqueDirectoryHidesAllBelowWhereverItsMarkStands() throws Exception {
        unpack(
                layer(tar().file("a/x", "x").file("a/y/z", "z").file("b/x", "x").file("c/x", "x")),
                layer(tar().file("a/.wh..wh..opq", "").file("a/new", "n")),
                layer(tar().file("b/new", "n").file("b/.wh..wh..opq", "").file("none/.wh..wh..opq", "")),
                layer(tar().file(".wh..wh.aufs", "")
                        .directory(".wh..wh.plnk", 0700)
                        .file(".wh..wh.plnk/1", "")));
        assertThat(Trees.at(tree, "a")).isNotNull();
        assertThat(has("a/x")).isFalse();
        assertThat(has("a/y")).isFalse();
        assertThat(has("a/new")).isTrue();
        assertThat(has("b/x")).isFalse();
        assertThat(has("b/new")).isTrue();
        assertThat(has("c/x")).isTrue();
        assertThat(has("none")).isFalse();
        assertThat(has(".wh..wh.plnk")).isFalse();
    }

    @Test
    void whatALayerHasReplacesWhateverIsThere() throws Exception {
        unpack(
                layer(tar().file("full/a", "a")
                        .directory("real", 0755)
                        .link("link", "real")
                        .file("file", "f")),
                layer(tar().file("full", "now a file")
                        .directory("link", 0755)
                        .file("link/in", "i")
                        .directory("file", 0711)));
        assertThat(Trees.text(tree, "full")).isEqualTo("now a file");
        assertThat(Trees.text(tree, "link/in")).isEqualTo("i");
        assertThat(has("real/in")).isFalse();
        assertThat(Trees.at(tree, "file").attributes().permissions()).isEqualTo(0711);
    }

    @Test
    void goesOverEarlierSourcesAsTheWholeThatItIs() throws Exception {
        tree.putFile("usr/share/doc/kept", 0644, "of an earlier source");
        tree.putFile("usr/bin/tool", 0755, "old");
        tree.putDirectory(
                FileTree.components("usr/secret".getBytes(StandardCharsets.UTF_8)), Attributes.rootOwned(0700));
        tree.putLink("bin", "usr/bin");
        unpack(
                layer(tar().file("usr/share/doc/kept", "of the image")
                        .file("usr/secret/f", "f")
                        .directory("bin", 0755)),
                layer(tar().file("usr/share/doc/.wh.kept", "").file("bin/tool", "new")));
        assertThat(Trees.text(tree, "usr/share/doc/kept"))
                .as("the image takes away what is its own")
                .isEqualTo("of an earlier source");
        assertThat(Trees.at(tree, "usr/secret").attributes().permissions())
                .as("a folder that the image only has files in")
                .isEqualTo(0700);
        assertThat(Trees.text(tree, "usr/bin/tool")).isEqualTo("new");
        assertThat(Trees.link(tree, "bin")).isEqualTo("usr/bin");
    }

    @Test
    void picksTheImageByTagAndPlatform() throws Exception {
        var layout = new Layouts();
        layout.add(layout.manifest(layer(tar().file("one", ""))), "1.0");
        layout.addIndex(
                "2.0",
                Map.of(
                        "amd64", layout.manifest(layer(tar().file("two", ""))),
                        "arm64", layout.manifest("arm64", unused -> {}, layer(tar().file("arm", "")))));
        layout.addIndex("3.0", Map.of("s390x", layout.manifest("s390x", unused -> {}, layer(tar().file("three", "")))));
        layout.add(layout.manifest("arm64", unused -> {}, layer(tar().file("four", ""))), "4.0");
        assertThat(refusal(layout, "")).contains("several images for linux/amd64: 1.0, 2.0, 3.0, 4.0");
        assertThat(refusal(layout, "9")).contains("has no image '9'; it has 1.0, 2.0, 3.0, 4.0");
        assertThat(refusal(layout, "3.0")).contains("no image for linux/amd64, only for linux/s390x");
        assertThat(refusal(layout, "4.0")).contains("an image for linux/arm64");
        unpack(layout, "2.0");
        assertThat(has("two")).isTrue();
        assertThat(has("arm")).isFalse();
    }

    @Test
    void readsArchivesOfLayoutsAndOfDocker() throws Exception {
        var layout = new Layouts();
        layout.add(layout.manifest(layer(tar().file("in-layout", ""))), "a");
        var archive = tar();
        layout.files()
                .forEach((path, bytes) -> archive.entry('0', TarBuilder.bytes(path), new byte[0], bytes, h -> {}));
        Files.write(
                folder.resolve("a.tar.gz"), Layouts.Layer.gzip(archive.end()).stored());
        source().archive(folder.resolve("a.tar.gz"), Optional.of("a"), tree);
        assertThat(has("in-layout")).isTrue();

        var inner = tar().file("from-docker", "").end();
        var config = TarBuilder.bytes("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[\"sha256:" + Layouts.digest(inner) + "\"]}}");
        var name = Layouts.digest(config) + ".json";
        var saved = tar().entry('0', TarBuilder.bytes(name), new byte[0], config, h -> {})
                .entry('0', TarBuilder.bytes("l1/layer.tar"), new byte[0], inner, h -> {})
                .link("l2/layer.tar", "../l1/layer.tar")
                .file(
                        "manifest.json",
                        "[{\"Config\":\"" + name + "\",\"RepoTags\":[\"acme/host:1\"],\"Layers\":[\"l2/layer.tar\"]},"
                                + "{\"Config\":\"x\",\"RepoTags\":null,\"Layers\":[]}]");
        Files.write(folder.resolve("d.tar"), saved.end());
        source().archive(folder.resolve("d.tar"), Optional.of("1"), tree);
        assertThat(has("from-docker")).isTrue();
    }

    @Test
    void refusesBlobsThatAreNotWhatTheirDescriptorsSay() throws Exception {
        for (var blob = 0; blob < 3; blob++) {
            var layout = new Layouts();
            layout.add(layout.manifest(layer(tar().file("f", "x"))), "");
            var digest = layout.blobs.keySet().toArray(String[]::new)[blob];
            var bytes = Objects.requireNonNull(layout.blobs.get(digest)).clone();
            bytes[bytes.length / 2] ^= 1;
            layout.blobs.put(digest, bytes);
            assertThat(refusal(layout, "")).contains("the blob sha256:" + digest, "is broken: the SHA-256");
            layout.blobs.put(digest, Arrays.copyOf(bytes, bytes.length - 1));
            assertThat(refusal(layout, "")).contains("is broken: it has");
            layout.blobs.remove(digest);
            Files.delete(folder.resolve("layout/blobs/sha256/" + digest));
            assertThat(refusal(layout, "")).contains("has no blobs/sha256/" + digest);
        }
    }

    @Test
    void refusesALayerThatIsNotTheOneOfTheConfig() {
        var right = tar().file("f", "x").end();
        assertThat(refusal(new Layouts.Layer(Layouts.LAYER, tar().file("f", "y").end(), right)))
                .contains("is not the one of its configuration: unpacked, its SHA-256 is");
    }

    @Test
    void refusesWhatIsNotAnImageAndSaysWhatItFound() {
        var chart = new Layouts();
        chart.add(chart.blob("application/vnd.cncf.helm.config.v1+json", TarBuilder.bytes("{}")), "");
        assertThat(refusal(chart, ""))
                .contains("'application/vnd.cncf.helm.config.v1+json' is not the media type of a manifest");
        assertThat(refusal(new Layouts.Layer(
                        "application/vnd.oci.image.layer.v1.tar+encrypted", new byte[0], new byte[0])))
                .contains("'application/vnd.oci.image.layer.v1.tar+encrypted' is not the media type of a layer");
        var noLayers = new Layouts();
        noLayers.add(noLayers.manifest("amd64", manifest -> manifest.remove("layers")), "");
        assertThat(refusal(noLayers, "")).contains("manifest sha256:", "layers: missing");
        var other = new Layouts();
        other.add(other.manifest().put("digest", "sha512:00"), "");
        assertThat(refusal(other, "")).contains("manifests[0].digest: 'sha512:00' is not a SHA-256");
        var twoDiffs = new Layouts();
        twoDiffs.add(twoDiffs.manifest("amd64", m -> m.putArray("layers"), layer(tar().file("f", ""))), "");
        assertThat(refusal(twoDiffs, "")).contains("rootfs.diff_ids: 1 items, but the image has 0 layers");
    }

    @Test
    void refusesWhatCannotBeInALayer() {
        assertThat(refusal(layer(tar().file("../up", "x")))).contains("layer sha256:", "cannot have '..'");
        assertThat(refusal(layer(tar().file("/etc/x", "x")))).contains("absolute");
        assertThat(refusal(layer(tar().file("d/.wh.", "x")))).contains("a whiteout of nothing");
        assertThat(refusal(layer(tar().file("d/.wh...", "x")))).contains("a whiteout of nothing");
        assertThat(refusal(layer(tar().file(".wh.d/x", "x")))).contains("names that begin with .wh.");
        assertThat(refusal(layer(tar().link("a", "b").link("b", "a").file("a/x", ""))))
                .contains("/a is not a directory");
        assertThat(refusal(layer(tar().hardLink("a", "nothing")))).contains("not an earlier file");
    }

    @Test
    void saysThatAFolderIsNoLayout() throws Exception {
        Files.createDirectories(folder.resolve("layout"));
        var refused = catchThrowableOfType(
                BuildException.class, () -> source().layout(folder.resolve("layout"), Optional.empty(), tree));
        assertThat(refused).hasMessageContaining("neither index.json nor manifest.json");
    }
}
