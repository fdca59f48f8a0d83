package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageTreesTest {
    @TempDir
    private Path folder;

    private Path installed(String installation) throws Exception {
        var tar = new PackageTrees(folder, true).of(installation);
        Files.writeString(tar, "tree of " + installation);
        PackageTrees.seal(tar);
        return tar;
    }

    @Test
    void findsTheTreeOfTheSameInstallation() throws Exception {
        var tar = installed("a");
        assertThat(new PackageTrees(folder, true).of("a")).isEqualTo(tar).exists();
        assertThat(new PackageTrees(folder, true).of("b")).isNotEqualTo(tar).doesNotExist();
    }

    @Test
    void installsAgainWhatWasDamaged() throws Exception {
        var tar = installed("a");
        Files.writeString(tar, "tree of A");
        assertThat(new PackageTrees(folder, true).of("a")).doesNotExist();
    }

    @Test
    void installsAgainWhatWasNeverSealed() throws Exception {
        var tar = new PackageTrees(folder, true).of("a");
        Files.writeString(tar, "tree of a");
        assertThat(new PackageTrees(folder, true).of("a")).doesNotExist();
    }

    @Test
    void installsEverythingAgainWhenItIsToldTo() throws Exception {
        installed("a");
        assertThat(new PackageTrees(folder, false).of("a")).doesNotExist();
    }
}
