package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {
    @TempDir
    private Path folder;

    private Path kept(String name, int size, int used) throws Exception {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[size]);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(used)));
    }

    @Test
    void deletesWhatWasUsedLeastRecently() throws Exception {
        var old = kept("results/aa/old", 100, 1);
        var older = kept("trees/older.tar", 1000, 0);
        var used = kept("results/bb/used", 100, 2);
        var runtime = kept("engine-runtime-1/modules", 5000, 0);
        var cache = new BuildCache(folder, false);
        cache.prune(1200);
        assertThat(older).exists();
        cache.prune(1199);
        assertThat(older).doesNotExist();
        cache.prune(100);
        assertThat(old).doesNotExist();
        assertThat(used).exists();
        assertThat(runtime).exists();
    }

    @Test
    void hasNothingToDeleteBeforeTheFirstBuild() throws Exception {
        new BuildCache(folder.resolve("none"), false).prune(0);
        assertThat(folder).isEmptyDirectory();
    }
}
