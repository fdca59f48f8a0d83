package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.lock.Lock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Earlier releases are known by the hash of their file system, however they are given. */
class PreviousImagesTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aFolderAFileAndADiskOfOneReleaseHaveOneHash() throws Exception {
        var release = TinyDisks.write(folder);
        var images = PreviousImages.describe(List.of(folder, release.usr(), release.disk()));
        assertThat(images.stream().map(image -> image.sha256().toString()))
                .hasSize(3)
                .containsOnly(Digests.sha256Hex(release.usr()));
        assertThat(images.stream().map(Lock.Image::name))
                .containsExactly("tiny_1.0.usr.erofs", "tiny_1.0.usr.erofs", "tiny_1.0.raw");
    }

    @Test
    void oneThatIsCutShortIsDamaged() throws Exception {
        var release = TinyDisks.write(folder);
        var bytes = Files.readAllBytes(release.usr());
        var cut = Files.write(folder.resolve("cut.erofs"), Arrays.copyOf(bytes, bytes.length - 4096));
        assertThatThrownBy(() -> PreviousImages.describe(List.of(cut)))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("the previous image " + cut + " is damaged");
    }
}
