package io.bascule.partitionlayout.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.InputStream;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FatTreeTest {
    private static final FatContent NOTHING = FatContent.of(new byte[0]);

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", ".", "a/../b", "dir/name.", "dir/name ", "a\tb"})
    void refusesNamesThatFatLoses(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FatTree().addFile(path, NOTHING))
                .withMessageContaining("'" + path + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "*", ":", "<", ">", "?", "\\", "|", "\0", "\n", "\uD83D"})
    void refusesCharactersThatFatForbids(String bad) {
        var path = "dir/a" + bad + "b";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FatTree().addFile(path, NOTHING))
                .withMessageContaining(path);
        assertThatIllegalArgumentException().isThrownBy(() -> new FatTree().addDirectory(path));
    }

    @Test
    void countsANameInCodeUnits() {
        var longest = "\uD83D\uDCBE".repeat(127) + "x";
        assertThatCode(() -> new FatTree().addFile(longest, NOTHING)).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FatTree().addFile(longest + "x", NOTHING))
                .withMessageContaining("256 UTF-16 code units");
    }

    @ParameterizedTest
    @CsvSource({
        "EFI/BOOT/a, EFI/BOOT/A, 'a'",
        "EFI/BOOT/a, efi/x, 'EFI'",
        "EFI/BOOT/a, EFI/boot/x, 'BOOT'",
        "EFI/zürich, EFI/ZÜRICH, zürich",
        "a, a, already",
        "a, A/b, file",
        "a/b, a, already"
    })
    void refusesNamesThatDifferInCaseOnly(String first, String second, String problem) {
        var tree = new FatTree();
        tree.addFile(first, NOTHING);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.addFile(second, NOTHING))
                .withMessageContaining(problem)
                .withMessageContaining("'" + second + "'");
    }

    @Test
    void takesADirectoryTwice() {
        var tree = new FatTree();
        tree.addDirectory("EFI/BOOT");
        tree.addDirectory("EFI/BOOT");
        tree.addFile("EFI/BOOT/a", NOTHING);
        assertThat(tree.root().children.keySet()).isEqualTo(Set.of("EFI"));
    }

    @Test
    void refusesFilesOfFourGibibytes() {
        var huge = new FatContent() {
            @Override
            public long size() {
                return 1L << 32;
            }

            @Override
            public InputStream open() {
                return InputStream.nullInputStream();
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FatTree().addFile("huge", huge))
                .withMessageContaining("4294967296")
                .withMessageContaining("4294967295");
    }
}
