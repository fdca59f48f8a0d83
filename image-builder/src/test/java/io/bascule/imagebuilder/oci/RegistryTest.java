package io.bascule.imagebuilder.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.board.ImageReference;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarBuilder;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images over HTTP, from a server of our own. */
class RegistryTest {
    @TempDir
    private Path folder;

    private final FakeRegistry registry = new FakeRegistry();
    private FileTree tree = FileTree.empty();
    private String manifest = "";
    private String layer = "";

    @BeforeEach
    void fill() {
        var layout = new Layouts();
        var tar = Layouts.Layer.plain(new TarBuilder()
                .file("f", "from a registry")
                .file("g", "x".repeat(5000))
                .end());
        layer = Layouts.digest(tar.stored());
        var descriptor = layout.manifest(tar);
        manifest = descriptor.get("digest").textValue().substring("sha256:".length());
        registry.put("1.0", layout, manifest);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private void pull(String name) throws Exception {
        tree = FileTree.empty();
        try (var spool = Spool.in(folder)) {
            new OciSource(spool, UnpackBudget.forSlot(ByteCount.ofMiB(1)), count -> {})
                    .registry(
                            ImageReference.parse(registry.host() + "/acme/host" + name),
                            false,
                            folder.resolve("cache"),
                            new Credentials(folder.resolve("config.json")),
                            Duration.ofMillis(1),
                            tree);
            assertThat(Trees.text(tree, "f")).isEqualTo("from a registry");
        }
    }

    private long downloads() {
        return registry.requests.stream()
                .filter(request -> request.startsWith("storage"))
                .count();
    }

    private void logIn(String password) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"auths\": {\"" + registry.host() + "\": {\"auth\": \""
                        + Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8)) + "\"}}}");
    }

    @Test
    void pullsWithATokenAndAcrossARedirect() throws Exception {
        pull(":1.0");
        assertThat(registry.requests).contains("/token");
        assertThat(registry.requests)
                .as("a token is for the registry, not for where it keeps its blobs")
                .filteredOn(request -> request.startsWith("storage"))
                .containsExactly("storage all", "storage all");
    }

    @Test
    void goesOnWhereAConnectionBroke() throws Exception {
        registry.dropped.add(layer);
        pull(":1.0");
        var half = Objects.requireNonNull(registry.blobs.get(layer)).length / 2;
        assertThat(registry.requests).contains("storage bytes=" + half + "-");
    }

    @Test
    void beginsAgainWhereTheServerKnowsNoRanges() throws Exception {
        registry.knowsRanges = false;
        registry.dropped.add(layer);
        pull(":1.0");
        assertThat(downloads()).isEqualTo(3);
    }

    @Test
    void needsNoNetworkForADigestThatIsInTheCache() throws Exception {
        pull(":1.0@sha256:" + manifest);
        assertThat(downloads()).isEqualTo(2);
        registry.close();
        pull("@sha256:" + manifest);
        assertThatThrownBy(() -> pull(":1.0"))
                .as("what a tag means today only the registry knows")
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be reached after 5 attempts");
    }

    @Test
    void downloadsAgainWhatTheDiskHasChanged() throws Exception {
        pull(":1.0");
        Files.writeString(folder.resolve("cache/blobs/sha256").resolve(layer), "rotten");
        pull(":1.0");
        assertThat(downloads()).as("two, and the layer again").isEqualTo(3);
    }

    @Test
    void refusesBlobsAndManifestsThatHaveOtherBytes() throws Exception {
        var right = Objects.requireNonNull(registry.blobs.get(layer));
        var wrong = right.clone();
        wrong[600] ^= 1;
        registry.blobs.put(layer, wrong);
        assertThatThrownBy(() -> pull(":1.0"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("the blob sha256:" + layer)
                .hasMessageContaining("is broken: the SHA-256");
        registry.blobs.put(layer, Arrays.copyOf(right, right.length + 1));
        assertThatThrownBy(() -> pull(":1.0"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("gives more than the " + right.length + " bytes");
        try (var files = Files.list(folder.resolve("cache/blobs/sha256"))) {
            assertThat(files).as("manifest and config, nothing half").hasSize(2);
        }
        registry.manifests.put("sha256:" + layer, TarBuilder.bytes("{}"));
        assertThatThrownBy(() -> pull("@sha256:" + layer))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("gives other bytes for the manifest");
    }

    @Test
    void logsInWithWhatDockerHasWrittenDown() throws Exception {
        registry.password = "user:secret";
        assertThatThrownBy(() -> pull(":1.0"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("gives no token for acme/host");
        logIn("user:wrong");
        assertThatThrownBy(() -> pull(":1.0"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("gives no token");
        logIn("user:secret");
        pull(":1.0");
        logIn("no colon");
        assertThatThrownBy(() -> pull(":1.0"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("not a name and a password")
                .message()
                .doesNotContain("colon");
    }

    @Test
    void saysThatThereIsNoSuchImage() {
        assertThatThrownBy(() -> pull(":2.0"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("has no manifests/2.0 of acme/host");
    }

    @Test
    void understandsWhatRegistriesWantToSee() {
        assertThat(Challenge.parse("bearer realm=\"https://a/b?c\", service=\"x \\\"y\\\"\",scope=z"))
                .hasValueSatisfying(challenge -> {
                    assertThat(challenge.scheme()).isEqualTo("bearer");
                    assertThat(challenge.parameters())
                            .containsEntry("realm", "https://a/b?c")
                            .containsEntry("service", "x \"y\"")
                            .containsEntry("scope", "z");
                });
        assertThat(Challenge.parse("Negotiate")).isEmpty();
    }
}
