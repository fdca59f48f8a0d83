package io.bascule.scenarios.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "scenario=update filler=0 seed=1 event=57 window=[]",
                "scenario=mark-bad filler=12 seed=-9 event=0 window=[0]",
                "scenario=rollback filler=3 seed=2026 event=17 window=[0-3,5,7-900]"
            })
    void readsWhatItWrites(String text) {
        assertThat(Recipe.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|a recipe looks like: scenario=update",
                "scenario=update filler=0 seed=1 event=57|a recipe looks like",
                "scenario=nonsense filler=0 seed=1 event=57 window=[]|there is no scenario 'nonsense', only first-update",
                "scenario=update filler=0 seed=1 event=57 window=[3-1]|'3-1' in its window is no range",
                "scenario=update filler=0 seed=1 event=57 window=[1,]|'' in its window is no number",
                "scenario=update filler=0 seed=1 event=57 window=[0-999999999]|is no range"
            })
    void saysWhatIsWrong(String text, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.parse(text))
                .withMessageContaining(problem);
    }

    @Test
    void spacesAroundItDoNotMatter() {
        assertThat(Recipe.parse(" scenario=update filler=0 seed=1 event=5 window=[1]\n")
                        .event())
                .isEqualTo(5);
    }
}
