package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.Boards;
import io.bascule.imagebuilder.BuildException;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Says in our words what mmdebstrap and apt said in theirs; the logs are recorded ones. */
class MmdebstrapTest {
    private static final AptMirrors MIRRORS =
            new AptMirrors(URI.create("http://mirror.example/debian"), Optional.empty());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unknown-package    | BAD_INPUT | board.yaml: debian.packages: Debian trixie has no package 'no-such-package' and no 'linux-image-x'
            virtual-package    | BAD_INPUT | board.yaml: debian.packages: 'mail-transport-agent' cannot be installed from Debian trixie
            conflict           | BAD_INPUT | systemd-sysv : Conflicts: sysvinit-core
            empty-keyring      | BAD_INPUT | the mirror http://mirror.example/debian is not signed by the keys given
            wrong-keyring      | BAD_INPUT | the mirror http://mirror.example/debian is not signed by the keys given
            no-such-suite      | BAD_INPUT | the mirror http://mirror.example/debian does not have Debian trixie
            no-such-folder     | BAD_INPUT | the mirror http://mirror.example/debian does not have Debian trixie
            no-answer          | IO        | Could not connect to 127.0.0.1:1
            no-such-host       | IO        | Could not resolve 'mirror.invalid'
            disk-full-download | IO        | the disk is full
            disk-full-install  | IO        | the disk is full
            other              | MISSING_TOOL | E: Release 'nosuite' for 'less' was not found
            """)
    void explains(String log, BuildException.Kind kind, String says) throws Exception {
        var explained = Mmdebstrap.explain(25, log(log), Boards.minimal(), MIRRORS, Optional.empty());
        assertThat(explained.kind()).isEqualTo(kind);
        assertThat(explained).hasMessageContaining(says);
        assertThat(explained.hint()).isNotEmpty();
        assertThat(String.valueOf(explained.getMessage()).lines()).hasSizeLessThanOrEqualTo(14);
    }

    @Test
    void quotesOnlyTheLinesThatSayWhatIsWrong() throws Exception {
        var explained = Mmdebstrap.explain(25, log("no-such-suite"), Boards.minimal(), MIRRORS, Optional.empty());
        assertThat(explained).hasMessage("""
                        the mirror http://mirror.example/debian does not have Debian trixie:
                          | E: The repository 'http://mirror.example/debian trixiex Release' does not have a Release file.""");
    }

    @Test
    void tellsOfBrokenOutput() {
        var malformed = new MalformedFormatException("tar", "header", 512, "the archive is cut short");
        var explained = Mmdebstrap.explain(1, List.of("E: died"), Boards.minimal(), MIRRORS, Optional.of(malformed));
        assertThat(explained.getMessage())
                .contains("status 1")
                .contains("tar: header at offset 512")
                .contains("  | E: died");
    }

    private static List<String> log(String name) throws IOException {
        try (var in = MmdebstrapTest.class.getResourceAsStream("mmdebstrap-" + name + ".log")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
