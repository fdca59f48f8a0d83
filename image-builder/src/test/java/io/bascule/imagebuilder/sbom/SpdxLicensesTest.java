package io.bascule.imagebuilder.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns Debian's names of licences into those of SPDX, and only where they mean the same. */
class SpdxLicensesTest {
    @ParameterizedTest
    @CsvSource({
        "GPL-2, GPL-2.0-only",
        "GPL-2+, GPL-2.0-or-later",
        "GPL-3.0+, GPL-3.0-or-later",
        "GPL-1+, GPL-1.0-or-later",
        "LGPL-2.1, LGPL-2.1-only",
        "LGPL-2+, LGPL-2.0-or-later",
        "AGPL-3+, AGPL-3.0-or-later",
        "GFDL-1.3+, GFDL-1.3-or-later",
        "GFDL-NIV-1.3+, GFDL-1.3-no-invariants-or-later",
        "Expat, MIT",
        "MIT, MIT",
        "BSD-3-clause, BSD-3-Clause",
        "bsd-2-Clause, BSD-2-Clause",
        "Apache-2, Apache-2.0",
        "Apache-2.0, Apache-2.0",
        "CC0, CC0-1.0",
        "zlib, Zlib",
        "ISC, ISC"
    })
    void knowsTheNames(String debian, String spdx) {
        assertThat(SpdxLicenses.id(debian)).contains(spdx);
        assertThat(SpdxLicenses.expression(debian)).contains(spdx);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public-domain",
                "GPL",
                "GPL-9+",
                "Artistic",
                "BSD",
                "BSD-3-clause-Foo",
                "",
                "+",
                "#",
                "permissive"
            })
    void guessesNothing(String debian) {
        assertThat(SpdxLicenses.id(debian)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GPL-2 or Expat                  | GPL-2.0-only OR MIT
            GPL-2+ and LGPL-2.1+            | GPL-2.0-or-later AND LGPL-2.1-or-later
            GPL-2+ or BSD-3-clause, and ISC | (GPL-2.0-or-later OR BSD-3-Clause) AND ISC
            ISC, and GPL-2 or MIT, and Zlib | ISC AND (GPL-2.0-only OR MIT) AND Zlib
            GPL-2 OR MIT AND ISC            | GPL-2.0-only OR MIT AND ISC
            """)
    void translatesChoices(String debian, String spdx) {
        assertThat(SpdxLicenses.expression(debian)).contains(spdx);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GPL-2 or Artistic",
                "GPL-2+ with OpenSSL exception",
                "GPL-2 or",
                "or GPL-2",
                "GPL-2 MIT",
                "GPL-2, MIT",
                "GPL-2, and MIT, or ISC",
                ",",
                "and",
                ""
            })
    void leavesWhatItIsNotSureOf(String debian) {
        assertThat(SpdxLicenses.expression(debian)).isEmpty();
    }

    @Test
    void namesOnlyLicencesThatCycloneDxKnows() throws Exception {
        var known = new HashSet<String>();
        try (var in = Objects.requireNonNull(JsonParser.class.getResourceAsStream("/spdx.schema.json"))) {
            new ObjectMapper().readTree(in).get("enum").forEach(id -> known.add(id.asText()));
        }
        try (var in = Objects.requireNonNull(SpdxLicenses.class.getResourceAsStream("spdx-license-ids.txt"))) {
            var ours = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            assertThat(ours).hasSizeGreaterThan(600).isSorted();
            assertThat(known).containsAll(ours);
        }
    }
}
