package io.bascule.imagebuilder.sbom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.packageurl.PackageURL;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;

/** Says of what an image consists, in words that CycloneDX's own reader and schema understand. */
class SbomTest {
    private static final Map<String, String> DEBIAN =
            Map.of("ID", "debian", "VERSION_ID", "13", "PRETTY_NAME", "base 1.0 (Debian 13)");

    private static final InstalledPackage ZLIB = new InstalledPackage(
            "zlib1g",
            "1:1.3+dfsg-1+b1",
            "amd64",
            "zlib",
            "1:1.3+dfsg-1",
            "Mark <broonie@debian.org>",
            180,
            List.of("BSD-3-clause and Zlib", "Zlib"));

    private static Sbom sbom(EngineParts engine, InstalledPackage... packages) {
        return new Sbom(
                "base",
                "1.0",
                Instant.ofEpochSecond(1_700_000_000),
                "ab".repeat(32),
                DEBIAN,
                List.of(packages),
                engine);
    }

    private static void checkSchema(ObjectNode json) throws Exception {
        assertThat(new JsonParser().validate(json.toPrettyString().getBytes(UTF_8), Version.VERSION_16))
                .isEmpty();
    }

    @Test
    void isExactlyThis() throws Exception {
        var json = sbom(EngineParts.NONE, ZLIB).toJson();
        try (var in = Objects.requireNonNull(SbomTest.class.getResourceAsStream("golden.cdx.json"))) {
            assertThat((json.toPrettyString() + "\n").replace("\r", ""))
                    .isEqualTo(new String(in.readAllBytes(), UTF_8));
        }
        checkSchema(json);
    }

    @Test
    void isReadByAnotherReader() throws Exception {
        var json = sbom(EngineParts.in(usr()), ZLIB, new InstalledPackage("adduser", "3.1", "all", "adduser", 1))
                .toJson();
        checkSchema(json);
        var bom = new JsonParser().parse(json.toString().getBytes(UTF_8));
        assertThat(bom.getMetadata().getComponent().getName()).isEqualTo("base");
        assertThat(bom.getMetadata().getTimestamp()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(bom.getComponents())
                .extracting(component -> component.getName() + " " + component.getVersion())
                .containsExactly("update-engine 0.1.0", "java-runtime 25.0.3", "zlib1g 1:1.3+dfsg-1+b1", "adduser 3.1");
        var purl = new PackageURL(bom.getComponents().get(2).getPurl());
        assertThat(purl.getType() + " " + purl.getNamespace() + " " + purl.getName() + " " + purl.getVersion())
                .isEqualTo("deb debian zlib1g 1:1.3+dfsg-1+b1");
        assertThat(purl.getQualifiers())
                .isEqualTo(Map.of("arch", "amd64", "distro", "debian-13", "upstream", "zlib@1:1.3+dfsg-1"));
        assertThat(bom.getComponents()
                        .get(2)
                        .getSupplier()
                        .getContacts()
                        .getFirst()
                        .getEmail())
                .isEqualTo("broonie@debian.org");
        assertThat(bom.getComponents().get(3).getPurl())
                .isEqualTo("pkg:deb/debian/adduser@3.1?arch=all&distro=debian-13");
    }

    private static FileTree usr() throws IOException {
        var usr = FileTree.empty();
        usr.putFile("lib/bascule/runtime/release", 0644, "JAVA_VERSION=\"25.0.3\"\nMODULES=\"java.base java.xml\"\n");
        put(usr, "update-engine-0.1.0-SNAPSHOT.jar", jar("io.bascule", "update-engine", "0.1.0"));
        put(usr, "picocli-4.7.7.jar", jar());
        put(usr, "two.jar", jar("a", "b", "1", "c", "d", "2"));
        put(usr, "hostile-1.jar", jar("a", "<script>", "1"));
        put(usr, "not-zip-2.0.jar", "no zip at all".getBytes(UTF_8));
        usr.putFile("lib/bascule/engine/notes.txt", 0644, "not a jar");
        return usr;
    }

    private static void put(FileTree usr, String name, byte[] content) {
        usr.put("lib/bascule/engine/" + name, new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(content)));
    }

    /** {@return a jar with a descriptor of Maven for every three of {@code coordinates}} */
    private static byte[] jar(String... coordinates) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var i = 0; i < coordinates.length; i += 3) {
                zip.putNextEntry(new ZipEntry("META-INF/maven/group" + i + "/artifact/pom.properties"));
                zip.write("groupId=%s\nartifactId=%s\nversion=%s\n"
                        .formatted(coordinates[i], coordinates[i + 1], coordinates[i + 2])
                        .getBytes(UTF_8));
            }
            zip.putNextEntry(new ZipEntry("A.class"));
        }
        return bytes.toByteArray();
    }

    @Test
    void describesTheEngineByWhatIsInItsJars() throws Exception {
        var engine = EngineParts.in(usr());
        assertThat(engine.javaVersion()).isEqualTo("25.0.3");
        assertThat(engine.javaModules()).isEqualTo("java.base java.xml");
        assertThat(engine.jars())
                .extracting(jar -> jar.group() + ":" + jar.name() + ":" + jar.version())
                .containsExactly(
                        ":hostile:1", ":not-zip:2.0", ":picocli:4.7.7", ":two:", "io.bascule:update-engine:0.1.0");
        assertThat(engine.jars().get(1).sha256())
                .isEqualTo(
                        Sha256Digest.ofContent("no zip at all".getBytes(UTF_8)).toString());
        var json = sbom(engine).toJson();
        checkSchema(json);
        assertThat(json.at("/components/0/components/4/purl").asText())
                .isEqualTo("pkg:maven/io.bascule/update-engine@0.1.0");
        assertThat(EngineParts.in(FileTree.empty())).isEqualTo(EngineParts.NONE);
        assertThat(sbom(EngineParts.NONE).toJson().get("components")).isEmpty();
    }

    private static JsonNode licenses(String... declared) {
        var item = new InstalledPackage("a", "1", "all", "a", "1", "", 0, List.of(declared));
        return sbom(EngineParts.NONE, item).toJson().at("/components/0/licenses");
    }

    @Test
    void saysWhatIsKnownOfLicences() {
        assertThat(licenses()).hasToString("[{\"license\":{\"name\":\"NOASSERTION\"}}]");
        assertThat(licenses("GPL-2", "Expat", "MIT"))
                .hasToString("[{\"license\":{\"id\":\"GPL-2.0-only\"}},{\"license\":{\"id\":\"MIT\"}}]");
        assertThat(licenses("GPL-2 or MIT", "ISC")).hasToString("[{\"expression\":\"(GPL-2.0-only OR MIT) AND ISC\"}]");
        assertThat(licenses("GPL-2 or MIT")).hasToString("[{\"expression\":\"GPL-2.0-only OR MIT\"}]");
        assertThat(licenses("GPL-2 or Artistic", "ISC"))
                .hasToString("[{\"license\":{\"id\":\"ISC\"}},{\"license\":{\"name\":\"GPL-2 or Artistic\"}}]");
    }

    @Test
    void isValidWhateverPackagesSay() throws Exception {
        var hostile = "\"</script>\u001b[2J\u202e\0\n\\ä€\uFFFD@%?&#";
        var packages = List.of("", " ", "<>", "@", "a <b@c>", "a <b@c> d", hostile);
        for (var text : packages) {
            var item = new InstalledPackage("n" + text, text, text, text, text, text, 0, List.of("l" + text));
            var json = sbom(EngineParts.NONE, item).toJson();
            checkSchema(json);
            var component = new JsonParser()
                    .parse(json.toString().getBytes(UTF_8))
                    .getComponents()
                    .getFirst();
            assertThat(component.getVersion()).isEqualTo(text);
            assertThat(component.getPurl()).matches("[!-~]+").startsWith("pkg:deb/debian/n");
            assertThat(new PackageURL(component.getPurl()).getQualifiers()).containsEntry("distro", "debian-13");
        }
    }

    @Test
    void dependsOnNothingButTheImage() throws Exception {
        var first = sbom(EngineParts.in(usr()), ZLIB).toJson().toString();
        assertThat(sbom(EngineParts.in(usr()), ZLIB).toJson()).hasToString(first);
        var other = new Sbom(
                        "base",
                        "1.0",
                        Instant.ofEpochSecond(1_700_000_000),
                        "ac".repeat(32),
                        DEBIAN,
                        List.of(),
                        EngineParts.NONE)
                .toJson();
        assertThat(other.get("serialNumber"))
                .isNotEqualTo(sbom(EngineParts.NONE).toJson().get("serialNumber"));
    }
}
