package io.bascule.imagebuilder.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfDependenciesTest {
    @TempDir
    private Path folder;

    @Test
    void readsNeededLibrariesAndRunPath() throws Exception {
        var elf = Elf.linkedWith(List.of("libc.so.6", "libm.so.6"), "$ORIGIN/../lib:/opt/lib");
        assertThat(ElfDependencies.isElf(elf)).isTrue();
        assertThat(ElfDependencies.read(elf))
                .isEqualTo(
                        new ElfDependencies(List.of("libc.so.6", "libm.so.6"), List.of("$ORIGIN/../lib", "/opt/lib")));
    }

    @Test
    void findsNothingInAStaticProgram() throws Exception {
        var elf = Elf.linkedWith(List.of("libc.so.6"), "");
        elf[56] = 0;
        assertThat(ElfDependencies.read(elf)).isEqualTo(new ElfDependencies(List.of(), List.of()));
        assertThat(ElfDependencies.isElf(new byte[100])).isFalse();
        assertThat(ElfDependencies.isElf(new byte[] {0x7F, 'E', 'L', 'F'})).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/ls", "/bin/sh", "/usr/bin/readelf", "/lib/systemd/systemd", "/usr/bin/tar"})
    void agreesWithReadelf(String program) throws Exception {
        var readelf = ExternalTool.require("readelf");
        var file = Path.of(program);
        assumeTrue(Files.isReadable(file), "skipped: " + program + " is not here");
        var bytes = Files.readAllBytes(file);
        assumeTrue(bytes[4] == 2 && bytes[5] == 1, "skipped: " + program + " is not a 64-bit little-endian program");
        var needed = Pattern.compile("\\(NEEDED\\).*\\[(.*)]")
                .matcher(readelf.run(folder, "-d", program))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(ElfDependencies.read(bytes).needed()).isEqualTo(needed);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 54})
    void refusesOtherClassesByteOrdersAndHeaders(int at) {
        var elf = Elf.linkedWith(List.of("libc.so.6"), "");
        elf[at] ^= 3;
        assertThatThrownBy(() -> ElfDependencies.read(elf))
                .isInstanceOfSatisfying(
                        MalformedFormatException.class,
                        e -> assertThat(e.byteOffset()).isEqualTo(at));
    }

    @Test
    void refusesAFileThatIsCut() throws Exception {
        var elf = Elf.linkedWith(List.of("libc.so.6"), "/lib");
        for (var length = 65; length < elf.length; length++) {
            var cut = Arrays.copyOf(elf, length);
            assertThatThrownBy(() -> ElfDependencies.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedFormatException.class);
        }
    }
}
