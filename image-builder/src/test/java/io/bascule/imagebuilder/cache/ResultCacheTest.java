package io.bascule.imagebuilder.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCacheTest {
    private static final byte[] INPUT = "input".getBytes(UTF_8);

    @TempDir
    private Path folder;

    private int calls;

    private String ask(ResultCache cache, String name, String input) throws IOException {
        return new String(
                cache.get(name, input.getBytes(UTF_8), bytes -> {
                    calls++;
                    return (name + " of " + new String(bytes, UTF_8)).getBytes(UTF_8);
                }),
                UTF_8);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void computesOnceForEachNameAndInput() throws Exception {
        for (var build = 0; build < 2; build++) {
            var cache = ResultCache.in(folder);
            assertThat(ask(cache, "f", "ab")).isEqualTo("f of ab");
            assertThat(ask(cache, "fa", "b")).isEqualTo("fa of b");
            assertThat(ask(cache, "f", "b")).isEqualTo("f of b");
            assertThat(cache.found()).isEqualTo(build * 3L);
            assertThat(cache.computed()).isEqualTo(3 - build * 3L);
        }
        assertThat(calls).isEqualTo(3);
    }

    @Test
    void keepsEmptyResults() throws Exception {
        ResultCache.in(folder).get("f", INPUT, bytes -> new byte[0]);
        assertThat(ResultCache.in(folder).get("f", INPUT, bytes -> bytes)).isEmpty();
    }

    @Test
    void computesAgainWhatWasDamaged() throws Exception {
        ask(ResultCache.in(folder), "f", "x");
        var file = files().getFirst();
        var whole = Files.readAllBytes(file);
        for (var at = 0; at < whole.length; at++) {
            var damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThat(ask(ResultCache.in(folder), "f", "x")).isEqualTo("f of x");
            Files.write(file, Arrays.copyOf(whole, at));
            assertThat(ask(ResultCache.in(folder), "f", "x")).isEqualTo("f of x");
        }
        assertThat(calls).isEqualTo(1 + 2 * whole.length);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void computesEverythingAgainWhenItRefreshes() throws Exception {
        ask(ResultCache.in(folder), "f", "x");
        ask(ResultCache.refreshing(folder), "f", "x");
        ask(ResultCache.none(), "f", "x");
        assertThat(calls).isEqualTo(3);
        ask(ResultCache.in(folder), "f", "x");
        assertThat(calls).isEqualTo(3);
    }

    @Test
    void remembersNoFailure() {
        var cache = ResultCache.in(folder);
        assertThatThrownBy(() -> cache.get("f", INPUT, bytes -> {
                    throw new IOException("no");
                }))
                .hasMessage("no");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void doesWithoutAFolderThatCannotBeWritten() throws Exception {
        var notAFolder = Files.writeString(folder.resolve("file"), "");
        var cache = ResultCache.in(notAFolder);
        assertThat(ask(cache, "f", "x")).isEqualTo("f of x");
        assertThat(ask(cache, "f", "x")).isEqualTo("f of x");
        assertThat(calls).isEqualTo(2);
    }

    @Test
    void marksWhatIsUsed() throws Exception {
        ask(ResultCache.in(folder), "f", "x");
        var file = files().getFirst();
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        ask(ResultCache.in(folder), "f", "x");
        assertThat(Files.getLastModifiedTime(file).toInstant())
                .isAfter(Instant.now().minus(Duration.ofHours(1)));
    }
}
