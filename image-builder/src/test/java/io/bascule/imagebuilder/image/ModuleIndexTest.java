package io.bascule.imagebuilder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.testsupport.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleIndexTest {
    @TempDir
    private Path folder;

    /** An ELF file without sections but the first two: enough for depmod to take it for a module. */
    private void module(String path) throws Exception {
        var file = folder.resolve("lib/modules/6.1/kernel").resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, MinimalModule.bytes());
    }

    @Test
    void writesWhatDepmodWrites() throws Exception {
        var depmod = ExternalTool.require("depmod");
        var names = new ArrayList<>(List.of(
                "a.ko",
                "ab.ko",
                "abc.ko",
                "net/abd.ko",
                "fs/ext4/ext4.ko",
                "fs/ext4-extra.ko",
                "z.ko",
                "Z.ko",
                "0.ko"));
        for (var i = 0; i < 200; i++) {
            names.add("many/snd-" + Integer.toString(i * 7919 % 1000, 36) + "_x.ko");
        }
        for (var name : names) {
            module(name);
        }
        Files.write(
                folder.resolve("lib/modules/6.1/modules.order"),
                names.reversed().stream().map(name -> "kernel/" + name).toList());
        Files.writeString(folder.resolve("lib/modules/6.1/modules.builtin"), "");
        depmod.run("-b", folder.toString(), "6.1");
        var lines = Files.readAllLines(folder.resolve("lib/modules/6.1/modules.dep"));
        assertThat(lines).hasSizeGreaterThan(150);
        assertThat(ModuleIndex.write(lines))
                .isEqualTo(Files.readAllBytes(folder.resolve("lib/modules/6.1/modules.dep.bin")));
    }

    @Test
    void refusesALineThatIsNoModules() {
        assertThatThrownBy(() -> ModuleIndex.write(List.of("kernel/fs: x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kernel/fs");
    }
}
