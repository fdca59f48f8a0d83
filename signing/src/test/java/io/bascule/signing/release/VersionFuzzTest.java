package io.bascule.signing.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Lines of versions: whether their order is one. */
class VersionFuzzTest extends FuzzTests {
    private static final int MOST = 8;

    @Override
    public String name() {
        return "version";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("lines", "1.0\n1.0~rc1\n1.0-2\n1.0^3\n01.00\n1a.b12\n20260101.1".getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(IllegalArgumentException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofText(
                "~", "^", "-", ".", "0", "9".repeat(30), "a", "Z", "\n", "..", "~~", "\u0000", "\u001b");
    }

    @Override
    public void read(byte[] input) {
        var versions = Stream.of(new String(input, UTF_8).split("\n", -1))
                .limit(MOST)
                .map(Version::parse)
                .toList();
        for (var a : versions) {
            assertThat(Version.parse(a.text())).isEqualTo(a);
            for (var b : versions) {
                assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
                versions.forEach(c -> isTransitive(List.of(a, b, c)));
            }
        }
    }

    private static void isTransitive(List<Version> versions) {
        var first = versions.get(0).compareTo(versions.get(1));
        var second = versions.get(1).compareTo(versions.get(2));
        if (first <= 0 && second <= 0) {
            assertThat(versions.get(0).compareTo(versions.get(2)))
                    .as("%s", versions)
                    .isLessThanOrEqualTo(0);
        }
    }
}
