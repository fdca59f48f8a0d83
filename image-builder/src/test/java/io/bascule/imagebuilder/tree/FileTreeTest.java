package io.bascule.imagebuilder.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.imagebuilder.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileTreeTest {
    private static final Name NOT_UTF_8 = Name.of(new byte[] {'n', (byte) 0xFF, 'm'});

    private final FileTree tree = FileTree.empty();

    @ParameterizedTest
    @CsvSource({
        "usr/bin/tool, usr/bin/tool",
        "bin/tool, usr/bin/tool",
        "/bin//./tool, usr/bin/tool",
        "relative, usr/bin/tool",
        "absolute, usr/bin/tool",
        "usr/share/up, usr/bin/tool",
        "above-the-root, usr/bin/tool",
        "chain, usr/bin/tool",
        "usr/bin, usr/bin",
        "bin/../share, usr/share"
    })
    void resolvesLinksAsLinuxDoes(String path, String found) {
        tree.putFile("usr/bin/tool", 0755, "x");
        tree.putLink("bin", "usr/bin");
        tree.putLink("relative", "bin/tool");
        tree.putLink("absolute", "/bin/tool");
        tree.putLink("usr/share/up", "../bin/tool");
        tree.putLink("above-the-root", "../../usr/bin/tool");
        tree.putLink("chain", "absolute");
        assertThat(tree.resolve(path)).contains(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"self", "a", "b/c", "dangling", "file/below", "file/../file", "missing", "forever"})
    void doesNotResolveWhatLeadsNowhere(String path) {
        tree.putLink("self", "self");
        tree.putLink("a", "b");
        tree.putLink("b", "a");
        tree.putLink("dangling", "nothing");
        tree.putLink("forever", "forever/forever");
        tree.putFile("file", 0644, "");
        assertThat(tree.resolve(path)).isEmpty();
        assertThat(tree.file(path)).isEmpty();
    }

    @Test
    void findsFilesWhoseWayHasNamesThatAreNotUtf8() {
        var file = new Inode.RegularFile(Attributes.rootOwned(0644), Content.of("x"));
        tree.put(List.of(NOT_UTF_8, Name.of("file")), file);
        tree.put("link", new Inode.Symlink(Attributes.rootOwned(0777), Name.of(new byte[] {
            'n', (byte) 0xFF, 'm', '/', 'f', 'i', 'l', 'e'
        })));
        assertThat(tree.file("link")).containsSame(file);
        assertThat(tree.locate(List.of(NOT_UTF_8, Name.of("file")))).containsSame(file);
    }

    @Test
    void ordersNamesAsUnsignedBytes() {
        var names = new ArrayList<>(List.of(NOT_UTF_8, Name.of("nz"), Name.of("n"), Name.of("na")));
        Collections.sort(names);
        assertThat(names).containsExactly(Name.of("n"), Name.of("na"), Name.of("nz"), NOT_UTF_8);
        assertThat(Name.of("abc").startsWith(Name.of("ab"))).isTrue();
        assertThat(Name.of("ab").startsWith(Name.of("abc"))).isFalse();
    }

    @Test
    void putsThroughLinksToFolders() throws Exception {
        tree.directory("usr/bin");
        tree.putLink("bin", "usr/bin");
        tree.putFile("bin/tool", 0755, "x");
        assertThat(Trees.text(tree, "usr/bin/tool")).isEqualTo("x");
        assertThat(Trees.link(tree, "bin")).isEqualTo("usr/bin");
    }

    @Test
    void removesThroughLinksToFoldersButNotWhatALinkLeadsTo() {
        tree.putFile("usr/bin/tool", 0755, "x");
        tree.putLink("bin", "usr/bin");
        tree.remove("bin/tool");
        assertThat(tree.find("usr/bin/tool")).isEmpty();
        tree.remove("bin");
        assertThat(tree.find("bin")).isEmpty();
        assertThat(tree.find("usr/bin")).isPresent();
        tree.remove("not/there");
    }

    @Test
    void keepsWhatIsInADirectoryThatGetsAttributes() throws Exception {
        tree.putFile("usr/lib/folder/file", 0644, "x");
        tree.putLink("lib", "usr/lib");
        tree.putDirectory(
                FileTree.components("lib/folder".getBytes(StandardCharsets.UTF_8)), Attributes.rootOwned(0700));
        assertThat(Trees.text(tree, "usr/lib/folder/file")).isEqualTo("x");
        assertThat(Trees.at(tree, "usr/lib/folder").attributes().permissions()).isEqualTo(0700);
    }

    @Test
    void refusesToPutAFileInThePlaceOfADirectoryWithFiles() {
        tree.putFile("usr/lib/file", 0644, "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.putFile("usr/lib", 0644, ""))
                .withMessage("/usr/lib is a directory with files in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file/below", "dangling/below", "loop/below"})
    void refusesAPathThroughSomethingThatIsNoDirectory(String path) {
        tree.putFile("file", 0644, "");
        tree.putLink("dangling", "nowhere");
        tree.putLink("loop", "loop");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.putFile(path, 0644, ""))
                .withMessageContaining("is not a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/..", "../a", "a/../b", "/.."})
    void refusesParentsInPaths(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileTree.components(path.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("'..'");
    }

    @Test
    void refusesNamesAndPathsThatLinuxCannotHave() {
        assertThat(FileTree.components("x".repeat(255).getBytes(StandardCharsets.UTF_8)))
                .hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileTree.components("x".repeat(256).getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("256 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileTree.components("a/".repeat(2048).getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("4096 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileTree.components(new byte[] {'a', 0, 'b'}))
                .withMessageContaining("NUL");
    }

    @Test
    void refusesLinksThatLinuxCannotHave() {
        for (var target : List.of("", "x".repeat(4096), "a\0b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> tree.putLink("link", target));
        }
    }

    /** Each link leads a path of 4 KiB further down, so the length of paths alone does not bound the depth. */
    @Test
    void refusesDirectoriesThatAreNestedTooDeepAndWalksTheDeepestOnes() {
        var step = "d/".repeat(1000);
        tree.directory(step);
        tree.putLink("first", step);
        tree.directory("first/" + step);
        tree.putLink("second", "first/" + step);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.directory("second/" + step))
                .withMessageContaining("nested more than 2047 deep");
        var entries = new int[1];
        tree.walk((path, inode) -> entries[0]++);
        assertThat(entries[0]).isEqualTo(FileTree.MAX_DEPTH + 2);
    }

    @Test
    void walksParentsBeforeChildrenInTheOrderOfNames() {
        tree.putFile("b/file", 0644, "");
        tree.putFile("a", 0644, "");
        tree.putFile("B", 0644, "");
        var seen = new ArrayList<String>();
        tree.walk((path, inode) -> seen.add(path));
        assertThat(seen).containsExactly("B", "a", "b", "b/file");
        tree.clear("b");
        assertThat(tree.find("b/file")).isEmpty();
        assertThat(tree.find("b")).isPresent();
    }
}
