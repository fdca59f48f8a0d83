package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QemuTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "'QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1)', 10, 0, 2",
        "'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)', 7, 2, 22",
        "'QEMU emulator version 10.1.50 (v10.1.0-123-gabcdef)', 10, 1, 50"
    })
    void readsVersionFromBanner(String banner, int major, int minor, int micro) {
        assertThat(QemuVersion.fromBanner(banner)).contains(new QemuVersion(major, minor, micro));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "QEMU emulator version ten", "Python 3.11.2"})
    void findsNoVersionInOtherText(String banner) {
        assertThat(QemuVersion.fromBanner(banner)).isEmpty();
    }

    @Test
    void ordersVersionsByNumber() {
        assertThat(new QemuVersion(10, 0, 0)).isGreaterThan(new QemuVersion(9, 10, 5));
        assertThat(new QemuVersion(10, 2, 0)).isGreaterThan(new QemuVersion(10, 1, 9));
        assertThat(new QemuVersion(10, 1, 10)).isGreaterThan(new QemuVersion(10, 1, 9));
    }

    @Test
    void locatesFirstQemuOnPath() throws Exception {
        var first = fakeQemu("first", "echo QEMU emulator version 10.0.2");
        var second = fakeQemu("second", "echo QEMU emulator version 11.0.0");
        var path = directory.resolve("absent") + "::" + first + ":" + second;

        assertThat(Qemu.locate(path)).isEqualTo(new Qemu(first.resolve(Qemu.BINARY_NAME), new QemuVersion(10, 0, 2)));
    }

    @Test
    void refusesOldQemuAndSaysWhy() throws Exception {
        var qemu = fakeQemu("old", "echo 'QEMU emulator version 7.2.22 (Debian)'");

        assertThatThrownBy(() -> Qemu.locate(qemu.toString()))
                .isInstanceOf(MissingRequirementException.class)
                .hasMessage(qemu.resolve(Qemu.BINARY_NAME)
                        + " is QEMU 7.2.22, but 10 or newer is needed: without KVM, older ones make current"
                        + " kernels panic at random; run ./bascule doctor --install");
    }

    @Test
    void reportsMissingQemu() {
        assertThatThrownBy(() -> Qemu.locate(directory.toString()))
                .isInstanceOf(MissingRequirementException.class)
                .hasMessage("qemu-system-x86_64 is not on the PATH; run ./bascule doctor --install");
    }

    @Test
    void reportsQemuThatDoesNotRun() throws Exception {
        var qemu = fakeQemu("broken", "echo libfoo.so.1: cannot open shared object file >&2; exit 127");

        assertThatThrownBy(() -> Qemu.locate(qemu.toString()))
                .isInstanceOf(MissingRequirementException.class)
                .hasMessageContaining("libfoo.so.1: cannot open");
    }

    /** {@return a directory with a QEMU that is a shell script} */
    private Path fakeQemu(String name, String script) throws Exception {
        var home = Files.createDirectory(directory.resolve(name));
        var binary = Files.writeString(home.resolve(Qemu.BINARY_NAME), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }
}
