package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AptMirrorsTest {
    private static final AptMirrors BOTH = new AptMirrors(
            URI.create("http://mirror.example/debian"), Optional.of(URI.create("https://mirror.example/security")));

    @Test
    void takesTheFirstMirrorOfEachLabel() throws Exception {
        assertThat(AptMirrors.parseTargets(List.of(
                        "https://apt.example/other|Other",
                        "no bar",
                        "http://mirror.example/debian/|Debian",
                        "https://mirror.example/security|Debian-Security",
                        "http://second.example/debian|Debian")))
                .isEqualTo(BOTH);
    }

    @Test
    void goesByAddressWhereAptKnowsNoLabelsYet() throws Exception {
        assertThat(AptMirrors.parseTargets(List.of(
                        "http://other.example/repo|$(LABEL)",
                        "http://mirror.example/debian//|$(LABEL)",
                        "http://mirror.example/debian-security|")))
                .isEqualTo(new AptMirrors(
                        URI.create("http://mirror.example/debian"),
                        Optional.of(URI.create("http://mirror.example/debian-security"))));
    }

    /** As on a machine that never downloaded the lists of security fixes, but those of the archive. */
    @Test
    void knowsWhatIsConfiguredAndWasNeverDownloaded() throws Exception {
        assertThat(AptMirrors.parseTargets(List.of(
                        "http://mirror.example/debian/|Debian",
                        "'http://other.example/debian/dists/bookworm/InRelease' other.example_dists_InRelease 0 ",
                        "'http://mirror.example/debian-security/dists/bookworm-security/InRelease' mirror_InRelease 0 ",
                        "'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' Packages 0 ")))
                .isEqualTo(new AptMirrors(
                        URI.create("http://mirror.example/debian"),
                        Optional.of(URI.create("http://mirror.example/debian-security"))));
    }

    @Test
    void canDoWithoutSecurity() throws Exception {
        assertThat(AptMirrors.parseTargets(List.of("http://mirror.example/debian|Debian"))
                        .security())
                .isEmpty();
        assertThat(AptMirrors.of("file:///srv/debian", Optional.empty()).main()).hasScheme("file");
    }

    @Test
    void saysWhatToDoWhereAptHasNoMirrorOfDebian() {
        assertThatThrownBy(() -> AptMirrors.parseTargets(List.of("http://mirror.example/ubuntu|Ubuntu")))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.hint()).contains("--mirror"))
                .hasMessageContaining("not configured with a Debian mirror");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mirror.example",
                "ftp://mirror.example/debian",
                "http://a b",
                "http:",
                "http:///debian",
                "file:mirror",
                "copy:",
                "file:/a%00b",
                "http://m/d [trusted=yes]",
                "/srv/debian"
            })
    void refusesWhatIsNoAddressOfAMirror(String address) {
        for (var attempt : List.<ThrowingCallable>of(
                () -> AptMirrors.of(address, Optional.empty()),
                () -> AptMirrors.of("http://mirror.example/debian", Optional.of(address)))) {
            assertThatThrownBy(attempt)
                    .isInstanceOf(BuildException.class)
                    .hasMessage("not the address of a mirror: '" + address + "'");
        }
    }
}
