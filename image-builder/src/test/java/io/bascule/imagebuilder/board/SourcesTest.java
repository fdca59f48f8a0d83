package io.bascule.imagebuilder.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.imagebuilder.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys {@code sources}, {@code extra-sources} and {@code decompress}. */
class SourcesTest {
    private static final String DEBIAN = "debian: {suite: trixie, packages: [systemd]}\n";
    private static final String HEX = "0123456789abcdef".repeat(4);

    @TempDir
    private Path temporary = Path.of("");

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(temporary.resolve("b/image"));
        Files.writeString(temporary.resolve("b/a.tar"), "");
        Files.writeString(temporary.resolve("b/x:y.tar"), "");
        Files.writeString(temporary.resolve("outside.tar"), "");
    }

    private Board read(String name, String yaml) throws Exception {
        var folder = Files.createDirectories(temporary.resolve(name));
        Files.writeString(folder.resolve("board.yaml"), yaml);
        return BoardReader.read(folder);
    }

    private Board read(String yaml) throws Exception {
        return read("b", "name: b\ndescription: d\n" + yaml);
    }

    @Test
    void aBoardWithPackagesAloneHasThemAsItsSource() throws Exception {
        var board = read(DEBIAN);
        assertThat(board.sources()).containsExactly(new Source.Packages());
        assertThat(board.decompress()).isTrue();
        assertThat(read(DEBIAN + "decompress: false\n").decompress()).isFalse();
    }

    @Test
    void readsEveryKindAsTextAndAsSection() throws Exception {
        var folder = temporary.resolve("b");
        var board = read("""
                sources:
                - tar:a.tar
                - tar: x:y.tar
                - tar: ../outside.tar
                - oci:image
                - oci:image:1.0
                - {oci: image, tag: 'docker.io/a/b:1'}
                - oci-archive:./a.tar:t
                - {oci-archive: 'x:y.tar'}
                - docker://ghcr.io/acme/host:1.2@sha256:%s
                - {docker: 'registry.lan:5000/host', insecure: true}
                """.formatted(HEX));
        assertThat(board.sources())
                .containsExactly(
                        new Source.Tar(folder.resolve("a.tar")),
                        new Source.Tar(folder.resolve("x:y.tar")),
                        new Source.Tar(temporary.resolve("outside.tar")),
                        new Source.OciLayout(folder.resolve("image"), Optional.empty()),
                        new Source.OciLayout(folder.resolve("image"), Optional.of("1.0")),
                        new Source.OciLayout(folder.resolve("image"), Optional.of("docker.io/a/b:1")),
                        new Source.OciArchive(folder.resolve("a.tar"), Optional.of("t")),
                        new Source.OciArchive(folder.resolve("x:y.tar"), Optional.empty()),
                        new Source.Registry(ImageReference.parse("ghcr.io/acme/host:1.2@sha256:" + HEX), false),
                        new Source.Registry(ImageReference.parse("registry.lan:5000/host:latest"), true));
        assertThat(board.debian()).isEmpty();
    }

    @Test
    void aBoardTakesTheSourcesOfItsBaseAndMore() throws Exception {
        read(DEBIAN + "decompress: false\n");
        var more = read("c", "extends: ../b\nextra-sources: [tar:../outside.tar]\n");
        assertThat(more.sources())
                .containsExactly(new Source.Packages(), new Source.Tar(temporary.resolve("outside.tar")));
        assertThat(more.debian()).isPresent();
        assertThat(more.decompress()).isFalse();
        var other = read("d", "extends: ../b\nsources: [tar:../outside.tar]\n");
        assertThat(other.sources()).containsExactly(new Source.Tar(temporary.resolve("outside.tar")));
        assertThat(other.debian()).isEmpty();
        read("sources: [tar:a.tar]\n");
        assertThat(read("e", "extends: ../b\n").sources())
                .as("relative to the board that says it")
                .containsExactly(new Source.Tar(temporary.resolve("b/a.tar")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sources: []|sources: expected at least one source",
                "sources: [ftp:x]|sources[0]: expected debian, tar:PATH",
                "sources: ['debian:trixie']|sources[0]: expected 'debian' alone",
                "sources: ['tar:']|found no path",
                "sources: [tar:none.tar]|there is no file",
                "sources: [tar:image]|is not a file",
                "sources: [oci:a.tar]|is not a folder",
                "sources: [{tar: a.tar, oci: image}]|found tar and oci",
                "sources: [{tag: x}]|found none",
                "sources: [{tar: a.tar, insecure: true}]|sources[0].insecure: is for registries only",
                "sources: [{tar: a.tar, tag: x}]|sources[0].tag",
                "sources: [{docker: ghcr.io/a, insecure: maybe}]|expected true or false",
                "sources: ['docker:ghcr.io/a']|expected debian",
                "sources: ['docker://debian:trixie']|does not begin with the host",
                "sources: [debian, debian]|debian is there twice",
                "decompress: 1|expected true or false"
            })
    void refusesWhatIsNotASource(String yaml, String complaint) {
        var refused = catchThrowableOfType(
                BuildException.class, () -> read(yaml + "\n" + (yaml.contains("sources") ? "" : DEBIAN)));
        assertThat(refused).isNotNull();
        assertThat(refused).hasMessageContaining(complaint).hasMessageContaining("board.yaml:");
    }

    @Test
    void refusesPackagesThatNoSourceAsksFor() {
        assertThatThrownBy(() -> read(DEBIAN + "sources: [tar:a.tar]\n")).hasMessageContaining("debian: is not among");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.b/UPPER",
                "a.b/",
                "a.b/x:",
                "a.b/x@sha256:12",
                "a.b/x@md5:12",
                "a.b/x:t/y",
                "-a.b/x",
                "a.b/x..y"
            })
    void refusesNamesThatNoRegistryHas(String name) {
        assertThatThrownBy(() -> ImageReference.parse(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost/x,true",
        "localhost:5000/x,true",
        "127.0.0.1:1/x,true",
        "'[::1]:5000/x',true",
        "127.0.0.1.example.org/x,false"
    })
    void knowsWhatIsThisMachine(String name, boolean loopback) {
        assertThat(ImageReference.parse(name).isLoopback()).isEqualTo(loopback);
    }
}
