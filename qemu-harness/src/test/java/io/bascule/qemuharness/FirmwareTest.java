package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirmwareTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "usr/share/OVMF, OVMF_CODE_4M.fd, OVMF_VARS_4M.fd",
        "usr/share/edk2/ovmf, OVMF_CODE.fd, OVMF_VARS.fd",
        "usr/share/edk2/x64, OVMF_CODE.4m.fd, OVMF_VARS.4m.fd",
        "opt/homebrew/share/qemu, edk2-x86_64-code.fd, edk2-i386-vars.fd"
    })
    void findsFirmwareWhereDistributionsPutIt(String directory, String code, String variables) throws Exception {
        var home = Files.createDirectories(root.resolve(directory));
        Files.createFile(home.resolve(code));
        Files.createFile(home.resolve(variables));

        assertThat(Firmware.locate(root)).isEqualTo(new Firmware(home.resolve(code), home.resolve(variables)));
    }

    @Test
    void passesOverCodeWithoutVariables() throws Exception {
        var home = Files.createDirectories(root.resolve("usr/share/OVMF"));
        Files.createFile(home.resolve("OVMF_CODE_4M.fd"));
        Files.createFile(home.resolve("OVMF_CODE.fd"));
        Files.createFile(home.resolve("OVMF_VARS.fd"));

        assertThat(Firmware.locate(root).code()).isEqualTo(home.resolve("OVMF_CODE.fd"));
    }

    @Test
    void saysWhereItLookedAndWhatToDo() {
        assertThatThrownBy(() -> Firmware.locate(root))
                .isInstanceOf(MissingRequirementException.class)
                .hasMessageContaining(root.resolve("usr/share/OVMF").toString())
                .hasMessageContaining("./bascule doctor --install");
    }
}
