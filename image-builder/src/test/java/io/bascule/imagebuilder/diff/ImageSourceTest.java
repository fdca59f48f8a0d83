package io.bascule.imagebuilder.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.tree.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens what people have of an image, and says what is wrong with the rest. */
class ImageSourceTest {
    private static final String RELEASE = """
            {"format": 1, "board": "base", "version": "1.0",
             "usr": {"rootHash": "ab", "salt": "", "encoder": "none"},
             "kernel": {"release": "6.1", "commandLine": "usrhash=ab quiet"},
             "files": [{"kind": "uki", "name": "u.efi"}, {"kind": "usr", "name": "base.usr.erofs"}]}
            """;

    @TempDir
    private Path folder;

    private void write(FileTree usr) throws Exception {
        ErofsWriter.write(
                usr,
                new ErofsOptions(new UUID(1, 2), "usr", Instant.EPOCH, new Compression.None(), 1),
                folder,
                folder.resolve("base.usr.erofs"),
                (done, total) -> {});
    }

    @Test
    void readsAReleaseFolder() throws Exception {
        write(Images.before().usr());
        Files.writeString(folder.resolve("release.json"), RELEASE);
        try (var source = ImageSource.open(folder)) {
            assertThat(source.contents().facts())
                    .isEqualTo(new ImageFacts(
                            "base", "1.0", "6.1", "quiet", "none", "ab", Files.size(folder.resolve("base.usr.erofs"))));
            assertThat(Images.diff(source.contents().usr(), Images.before().usr())
                            .files())
                    .isEmpty();
            assertThat(Images.diff(source.contents().usr(), Images.after().usr())
                            .files())
                    .isNotEmpty();
        }
    }

    @Test
    void readsABareImage() throws Exception {
        var usr = Images.before().usr();
        usr.putFile("lib/os-release", 0644, "IMAGE_ID=base\nIMAGE_VERSION=1.0\n");
        usr.putFile("lib/sysimage/dpkg/status", 0644, "Package: a\nStatus: install ok installed\nVersion: 2\n");
        write(usr);
        try (var source = ImageSource.open(folder.resolve("base.usr.erofs"))) {
            assertThat(source.contents().facts().title()).isEqualTo("base 1.0");
            assertThat(source.contents().facts().kernelRelease()).isEqualTo("6.1");
            assertThat(source.contents().packages()).containsExactly(new InstalledPackage("a", "2", "", "a", 0));
        }
    }

    @Test
    void callsAnImageThatSaysNothingByItsFile() throws Exception {
        write(FileTree.empty());
        try (var source = ImageSource.open(folder.resolve("base.usr.erofs"))) {
            assertThat(source.contents().facts().title()).isEqualTo("base.usr.erofs");
            assertThat(source.contents().packages()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                      | usr: missing
            nothing                                                                 | not JSON
            {"usr": {}, "kernel": {}, "files": []}                                  | files: no file system
            {"usr": {}, "kernel": {}, "files": [{"kind": "usr", "name": "../a"}]}   | files: no file system
            {"usr": {}, "kernel": {}, "files": [{"kind": "usr", "name": "absent"}]} | has no absent
            """)
    void refusesFoldersThatAreNoRelease(String json, String says) throws Exception {
        Files.writeString(folder.resolve("release.json"), json);
        assertThatThrownBy(() -> ImageSource.open(folder))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.hint()).isNotEmpty())
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(says);
    }

    @Test
    void refusesWhatIsNoImage() throws Exception {
        assertThatThrownBy(() -> ImageSource.open(folder)).hasMessageContaining("is no release folder");
        assertThatThrownBy(() -> ImageSource.open(folder.resolve("absent"))).hasMessageContaining("there is no");
        var file = Files.write(folder.resolve("zeros"), new byte[8192]);
        assertThatThrownBy(() -> ImageSource.open(file))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("zeros")
                .hasMessageContaining("EROFS");
    }
}
