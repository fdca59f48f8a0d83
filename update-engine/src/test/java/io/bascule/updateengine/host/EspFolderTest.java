package io.bascule.updateengine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspFolderTest {
    @TempDir
    private Path folder;

    @Test
    void listsFilesAndNothingElse() throws IOException {
        Files.createFile(folder.resolve("b.efi"));
        Files.createFile(folder.resolve("a.efi"));
        Files.createDirectory(folder.resolve("c.efi"));
        Files.createSymbolicLink(folder.resolve("d.efi"), folder.resolve("a.efi"));
        assertThat(new EspFolder(folder).list()).containsExactly("a.efi", "b.efi");
    }

    @Test
    void folderIsMadeByTheFirstFile() throws IOException {
        var esp = new EspFolder(folder.resolve("EFI/Linux"));
        assertThat(esp.list()).isEmpty();
        assertThat(esp.free()).isGreaterThan(ByteCount.ZERO);
        esp.delete("none.efi");
        esp.create("a.efi", new ByteCount(5)).close();
        assertThat(esp.list()).containsExactly("a.efi");
    }

    @Test
    void newFileTakesItsSpaceAtOnce() throws IOException {
        var esp = new EspFolder(folder);
        var size = (2 << 20) + 12_345;
        try (var file = esp.create("a.partial", new ByteCount(size))) {
            assertThat(Files.size(folder.resolve("a.partial"))).isEqualTo(size);
            file.write(4096, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            file.flush();
        }
        try (var file = esp.open("a.partial")) {
            var bytes = new byte[size];
            file.read(0, ByteBuffer.wrap(bytes));
            assertThat(bytes[4097]).isEqualTo((byte) 2);
            assertThat(bytes[size - 1]).isZero();
        }
        assertThatThrownBy(() -> esp.create("a.partial", new ByteCount(1)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.size(folder.resolve("a.partial")))
                .as("it is not touched")
                .isEqualTo(size);
    }

    @Test
    void renamesNeverReplace() throws IOException {
        var esp = new EspFolder(folder);
        Files.writeString(folder.resolve("a.efi"), "a");
        Files.writeString(folder.resolve("b.efi"), "b");
        assertThatThrownBy(() -> esp.rename("a.efi", "b.efi")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("b.efi")).hasContent("b");
        esp.rename("a.efi", "c.efi");
        assertThat(folder.resolve("c.efi")).hasContent("a");
        assertThatThrownBy(() -> esp.rename("a.efi", "d.efi")).isInstanceOf(NoSuchFileException.class);
        esp.delete("c.efi");
        assertThat(esp.list()).containsExactly("b.efi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "a/b", "/etc/passwd", "../x"})
    void namesThatLeadElsewhere(String name) {
        var esp = new EspFolder(folder);
        assertThatThrownBy(() -> esp.open(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> esp.delete(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> esp.create(name, ByteCount.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> esp.rename("a", name)).isInstanceOf(IllegalArgumentException.class);
    }
}
