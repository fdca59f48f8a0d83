package io.bascule.scenarios.bootpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.signing.release.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
    /** From UAPI.10, ascending. */
    private static final List<String> ASCENDING = List.of(
            "~1",
            "",
            "1.0~rc1",
            "1.0",
            "1.0-1",
            "1.0^post1",
            "1.0.1",
            "1.1",
            "1.2",
            "1.10",
            "2",
            "10.0",
            "10.0a",
            "10.0b");

    @Test
    void sortsAsTheSpecificationDoes() {
        for (var i = 0; i < ASCENDING.size(); i++) {
            for (var j = 0; j < ASCENDING.size(); j++) {
                assertThat(Integer.signum(VersionOrder.compare(ASCENDING.get(i), ASCENDING.get(j))))
                        .as("%s and %s", ASCENDING.get(i), ASCENDING.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void ignoresLeadingZerosAndOtherCharacters() {
        assertThat(VersionOrder.compare("1.010", "1.10")).isZero();
        assertThat(VersionOrder.compare("a_1", "a1")).isZero();
    }

    @Test
    void agreesWithTheVersionsOfReleases() {
        var versions =
                List.of("1.0.0", "1.0.0~rc1", "1.0.0^1", "1.0.0-2", "0.9.0", "1.10.0", "1.2.0", "2026.11", "2026.2");
        for (var a : versions) {
            for (var b : versions) {
                assertThat(Integer.signum(VersionOrder.compare(a, b)))
                        .as("%s and %s", a, b)
                        .isEqualTo(Integer.signum(Version.parse(a).compareTo(Version.parse(b))));
            }
        }
    }
}
