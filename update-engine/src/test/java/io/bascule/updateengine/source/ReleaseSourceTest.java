package io.bascule.updateengine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseSourceTest {
    @Test
    void foldersAndFileUrls(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("release.json"), "{}");
        Files.writeString(folder.resolve("file"), "12345");
        for (var from : new String[] {folder.toString(), folder.toUri().toString()}) {
            var source = ReleaseSource.of(from);
            assertThat(source.name()).isEqualTo(folder.toString());
            assertThat(source.metadata()).asString().isEqualTo("{}");
            try (var in = source.open("file", 5)) {
                assertThat(in.readAllBytes()).hasSize(5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://",
                "http:///path",
                "https://[broken/",
                "http://a b/",
                "http://host:99999/",
                "ftp://host/x",
                "s3://bucket",
                "HTTP://host/",
                "file:relative",
                "file://host/path",
                "nul\0"
            })
    void placesThatNoReleaseComesFrom(String from) {
        assertThatThrownBy(() -> ReleaseSource.of(from))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.NETWORK);
                    assertThat(e.hint()).contains("release.json");
                })
                .hasMessageContaining("is no place that a release can come from: ");
    }

    @Test
    void folderWithoutARelease(@TempDir Path folder) throws IOException {
        var source = ReleaseSource.of(folder.toString());
        assertThatThrownBy(source::metadata)
                .isInstanceOf(EngineException.class)
                .hasMessage("there is no " + folder.resolve("release.json"));
    }

    /** The name ends in .invalid, which never exists (RFC 6761). */
    @Test
    void hostThatDoesNotExist() throws IOException {
        assertThatThrownBy(() -> ReleaseSource.of("http://releases.invalid/x").metadata())
                .isInstanceOf(EngineException.class)
                .hasMessage("http://releases.invalid/x/release.json: there is no host of that name");
    }
}
