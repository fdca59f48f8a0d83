package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceleratorProbeTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"kvm, KVM", "tcg, TCG", "' KVM ', KVM"})
    void environmentOverridesTheProbe(String value, Accelerator accelerator) {
        assertThat(AcceleratorProbe.override(value)).hasValueSatisfying(verdict -> {
            assertThat(verdict.accelerator()).isEqualTo(accelerator);
            assertThat(verdict.reason()).isEqualTo("BASCULE_ACCEL=" + value.strip() + " is set");
        });
    }

    @Test
    void noOverrideMeansProbe() {
        assertThat(AcceleratorProbe.override(null)).isEmpty();
        assertThat(AcceleratorProbe.override(" ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hvf", "kvm:tcg", "yes"})
    void rejectsOverrideItDoesNotKnow(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AcceleratorProbe.override(value))
                .withMessage("the environment variable BASCULE_ACCEL must be kvm or tcg, not '" + value + "'");
    }

    @Test
    void theChosenAcceleratorBootsAGuestAndSaysWhyItWasChosen() throws Exception {
        var host = Guests.host();
        assertThat(host.reason()).isNotBlank();

        try (var vm = Vm.start(Guests.firmwareOnly(directory), host)) {
            vm.awaitLine(AcceleratorProbe.FIRMWARE_IS_UP, Duration.ofSeconds(60));
        }
    }

    @Test
    void remembersTheVerdict() throws Exception {
        assertThat(Guests.host()).isSameAs(QemuHost.detect());
    }
}
