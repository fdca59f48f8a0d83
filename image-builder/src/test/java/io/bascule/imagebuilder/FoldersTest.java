package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    private Path temporary = Path.of("");

    @Test
    void twoThatDeleteTheSameFolderDoNotStopEachOther() throws Exception {
        for (var round = 0; round < 20; round++) {
            var folder = temporary.resolve("folder" + round);
            for (var i = 0; i < 100; i++) {
                Files.writeString(
                        Files.createDirectories(folder.resolve("f" + i % 10)).resolve("file" + i), "");
            }
            var tasks = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 2; i++) {
                tasks.add(() -> {
                    Folders.delete(folder);
                    return true;
                });
            }
            try (var threads = Executors.newFixedThreadPool(2)) {
                for (var done : threads.invokeAll(tasks)) {
                    assertThat(done.get()).isTrue();
                }
            }
            assertThat(folder).doesNotExist();
        }
    }
}
