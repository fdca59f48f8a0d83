package io.bascule.signing.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    private static final int SEED = 3003;

    /** From the comment of systemd's strverscmp_improved and the examples of the specification, oldest first. */
    private static final List<String> ASCENDING = List.of(
            "11",
            "122.1",
            "123~rc1",
            "123~rc1-1",
            "123",
            "123-a",
            "123-a.1",
            "123-1",
            "123-1.1",
            "123^post1",
            "123.a-1",
            "123.1-1",
            "123a-1",
            "124-1",
            "900.0");

    @Test
    void ordersTheExamplesOfTheSpecification() {
        for (var i = 0; i < ASCENDING.size(); i++) {
            for (var k = 0; k < ASCENDING.size(); k++) {
                assertThat(Integer.signum(compare(ASCENDING.get(i), ASCENDING.get(k))))
                        .as("%s and %s", ASCENDING.get(i), ASCENDING.get(k))
                        .isEqualTo(Integer.compare(i, k));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.0.0, 1.1.0, -1",
        "1.9, 1.10, -1",
        "1.1.0~rc1, 1.1.0, -1",
        "1.0, 1.0.0, -1",
        "1.0, 1.00, 0",
        "1.0, 01.0, 0",
        "1a, 1b, -1",
        "A, a, -1",
        "a, ab, -1",
        "1.a, 1.1, -1",
        "99999999999999999999999, 100000000000000000000000, -1",
        "1-, 1, 1",
        "1~, 1, -1",
        "1~~, 1~, 1"
    })
    void ordersVersionsByTheirParts(String a, String b, int expected) {
        assertThat(Integer.signum(compare(a, b))).isEqualTo(expected);
        assertThat(Integer.signum(compare(b, a))).isEqualTo(-expected);
        assertThat(compare(a, a)).isZero();
    }

    private static int compare(String a, String b) {
        return Version.parse(a).compareTo(Version.parse(b));
    }

    @Test
    void systemdOrdersRandomVersionsAlike() throws IOException {
        var systemd = ExternalTool.require("systemd-analyze");
        var random = new Random(SEED);
        for (var round = 0; round < 300; round++) {
            var a = random(random);
            // Neighbours differ where it matters; strangers mostly in the first character.
            var b = random.nextInt(3) == 0 ? random(random) : changed(a, random);
            var operator = List.of("lt", "eq", "gt").get(Integer.signum(compare(a, b)) + 1);
            systemd.run("compare-versions", a, operator, b);
        }
    }

    private static String random(Random random) {
        var text = new StringBuilder("1");
        for (var i = random.nextInt(8); i > 0; i--) {
            text.append("0019aAz..~^-".charAt(random.nextInt(12)));
        }
        return text.toString();
    }

    private static String changed(String text, Random random) {
        var at = 1 + random.nextInt(text.length());
        var keep = text.substring(at == text.length() ? at : at + random.nextInt(2));
        return text.substring(0, at)
                + random(random).substring(1, 1)
                + "0019aAz..~^-".charAt(random.nextInt(12))
                + keep;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".1", "-1", "~1", "1_0", "1+0", "1/0", "1 0", "ü", "1\n"})
    void refusesWhatFileNamesCannotHold(String text) {
        assertThat(Version.isValid(text)).isFalse();
        assertThatThrownBy(() -> Version.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesSixtyFourCharacters() {
        assertThat(Version.parse("1".repeat(64))).hasToString("1".repeat(64));
        assertThat(Version.isValid("1".repeat(65))).isFalse();
    }
}
