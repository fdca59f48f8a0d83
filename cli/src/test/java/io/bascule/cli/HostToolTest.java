package io.bascule.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostToolTest {
    private static HostTool qemu() {
        return HostTool.ALL.stream()
                .filter(tool -> tool.name().equals("qemu-system-x86_64"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18), 7.2.22",
        "QEMU emulator version 9.2.0, 9.2.0"
    })
    void anOldQemuIsTooOld(String banner, String version) {
        assertThat(qemu().judge(banner)).isEqualTo(new HostTool.State.TooOld(version));
    }

    @ParameterizedTest
    @CsvSource({
        "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1), 10.0.2",
        "QEMU emulator version 11.1.0, 11.1.0"
    })
    void aNewQemuIsPresent(String banner, String version) {
        assertThat(qemu().judge(banner)).isEqualTo(new HostTool.State.Present(version));
    }

    @Test
    void aToolThatTellsNoVersionIsPresent() {
        var tool = new HostTool("sh", "dash", HostTool.Use.TEST, "runs scripts", List.of(), 0);
        assertThat(tool.judge("sh: 0: Illegal option --")).isEqualTo(new HostTool.State.Present("present"));
    }

    @Test
    void aToolThatIsNotThereIsMissing() throws Exception {
        var tool = new HostTool("no-such-tool-here", "none", HostTool.Use.TEST, "nothing", List.of(), 0);
        assertThat(tool.state()).isEqualTo(new HostTool.State.Missing());
    }

    @Test
    void theToolsOfTheSigningTestsAreInstalledByDoctor() {
        assertThat(HostTool.ALL)
                .filteredOn(tool -> tool.use() == HostTool.Use.TEST)
                .extracting(HostTool::name, HostTool::debianPackage)
                .contains(tuple("softhsm2-util", "softhsm2"));
    }
}
