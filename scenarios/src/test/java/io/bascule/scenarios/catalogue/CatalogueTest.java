package io.bascule.scenarios.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.scenarios.script.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    @Test
    void namesAreThereOnce() {
        assertThat(Catalogue.ALL).extracting(Scenario::name).doesNotHaveDuplicates();
        assertThat(Catalogue.ALL).extracting(Scenario::summary).doesNotHaveDuplicates();
    }

    @Test
    void nameOfAMatrixMeansAllItsCases() {
        assertThat(Catalogue.named("comes-back-from")).hasSizeGreaterThan(5);
        assertThat(Catalogue.named("comes-back-from@hang")).hasSize(1);
        assertThat(Catalogue.named("comes-back")).isEmpty();
    }

    /** A test image that nobody plays proves nothing. */
    @Test
    void everyFailingTestImageIsPlayed() throws Exception {
        try (var images = Files.list(Path.of("..", "test-images"))) {
            var names = images.filter(Files::isDirectory)
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .filter(name ->
                            !List.of("base", "good", "amd64-base-failing").contains(name))
                    .toList();
            assertThat(names).isNotEmpty();
            assertThat(Catalogue.ALL)
                    .extracting(Scenario::name)
                    .containsAll(names.stream()
                            .map(name -> name.equals("crash-after-blessing") ? name : "comes-back-from@" + name)
                            .toList());
        }
    }

    @Test
    void suggestsTheNearestName() {
        var names = List.of("full-state", "full-esp", "server-gone");
        assertThat(Suggestion.of("ful-state", names)).contains("full-state");
        assertThat(Suggestion.of("full_esp", names)).contains("full-esp");
        assertThat(Suggestion.of("nothing-like-it", names)).isEmpty();
    }

    @Test
    void namesThatNobodyCouldTypeAreRefused() {
        for (var name : List.of("", "Upper", "a b", "a@", "@a", "a--b", "../x")) {
            assertThatThrownBy(() -> Scenario.onFiles(name, "", stage -> {}))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
