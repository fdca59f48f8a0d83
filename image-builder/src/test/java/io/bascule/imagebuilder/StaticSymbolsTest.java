package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.testsupport.ExternalTool;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticSymbolsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void readelfFindsTheDynamicOnesOnly() throws Exception {
        var original = Path.of(System.getProperty("java.home"), "lib", "libnio.so");
        var library = Files.copy(original, folder.resolve("libnio.so"));
        assertThat(readelf("-W", "-S", "libnio.so")).contains(".symtab").contains(" SYMTAB ");
        var dynamic = readelf("-W", "--dyn-syms", "libnio.so");
        var segments = readelf("-W", "-l", "libnio.so");

        StaticSymbols.dropBelow(folder);

        assertThat(library).hasSize(Files.size(original));
        assertThat(readelf("-W", "-S", "libnio.so")).doesNotContain(" SYMTAB ").contains(" DYNSYM ");
        assertThat(readelf("-W", "--dyn-syms", "libnio.so")).isEqualTo(dynamic);
        assertThat(readelf("-W", "-l", "libnio.so")).isEqualTo(segments);
        try (var arena = Arena.ofConfined()) {
            assertThat(SymbolLookup.libraryLookup(library, arena).find("JNI_OnLoad"))
                    .as("found by the loader")
                    .isPresent();
        }
    }

    private String readelf(String... arguments) throws Exception {
        return ExternalTool.require("readelf").run(folder, arguments);
    }
}
