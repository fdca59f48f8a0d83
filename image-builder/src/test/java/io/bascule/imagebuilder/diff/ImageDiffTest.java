package io.bascule.imagebuilder.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.bascule.imagebuilder.diff.FileChange.Aspect;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Finds everything that is different between two images, and nothing else. */
class ImageDiffTest {
    @Test
    void findsNothingBetweenAnImageAndItself() throws Exception {
        var diff = Images.diff(Images.before(), Images.before());
        assertThat(diff.different()).isFalse();
        assertThat(diff.files()).isEmpty();
        assertThat(diff.packages()).isEmpty();
        assertThat(diff.configuration()).isEmpty();
        assertThat(diff.sizes().growth()).isZero();
        assertThat(diff.sizes().changed()).isFalse();
    }

    @Test
    void findsFilesAndWhatIsDifferentOfThem() throws Exception {
        assertThat(Images.sample().files())
                .extracting(file -> file.kind().text() + " " + file.path() + " " + file.orderedAspects())
                .containsExactly(
                        "changed /usr/bin/grows [CONTENT]",
                        "changed /usr/bin/link [TARGET]",
                        "changed /usr/bin/tool [CONTENT, MODE]",
                        "removed /usr/lib/gone []",
                        "removed /usr/lib/gone/a []",
                        "removed /usr/lib/gone/deep []",
                        "removed /usr/lib/gone/deep/b []",
                        "changed /usr/lib/modules/6.2 [NAME]",
                        "added /usr/lib/modules/6.2/kernel/new.ko []",
                        "removed /usr/lib/modules/6.2/kernel/old.ko []",
                        "added /usr/share/bascule/etc/new.conf []",
                        "changed /usr/share/bascule/etc/ssh/sshd_config [CONTENT]");
    }

    @Test
    void comparesModulesOfTwoKernelsOnlyIfEachImageHasOne() throws Exception {
        var both = Images.after();
        both.usr().putFile("lib/modules/6.1/kernel/ext4.ko", 0644, "ext4");
        assertThat(Images.diff(Images.before(), both).files())
                .extracting(file -> file.kind().text() + " " + file.path())
                .contains("added /usr/lib/modules/6.2", "added /usr/lib/modules/6.2/kernel/ext4.ko")
                .doesNotContain("changed /usr/lib/modules/6.2");
    }

    @Test
    void seesOwnersAttributesAndKinds() throws Exception {
        var before = FileTree.empty();
        var after = FileTree.empty();
        before.put("owner", Images.file(Images.attributes(0, Map.of()), "x"));
        after.put("owner", Images.file(Images.attributes(7, Map.of()), "x"));
        before.put("xattr", Images.file(Images.attributes(0, Map.of("user.a", new byte[] {1})), "x"));
        after.put("xattr", Images.file(Images.attributes(0, Map.of("user.a", new byte[] {2})), "x"));
        before.put("xattr-gone", Images.file(Images.attributes(0, Map.of("user.a", new byte[] {1})), "x"));
        after.put("xattr-gone", Images.file(Images.attributes(0, Map.of()), "x"));
        before.put("xattr-same", Images.file(Images.attributes(0, Map.of("user.a", new byte[] {1})), "x"));
        after.put("xattr-same", Images.file(Images.attributes(0, Map.of("user.a", new byte[] {1})), "x"));
        before.putFile("kind", 0644, "x");
        after.put("kind", new Inode.Directory(Attributes.rootOwned(0644)));
        after.putFile("kind/below", 0644, "yy");
        var device = Inode.Special.Kind.CHARACTER_DEVICE;
        before.put("device", new Inode.Special(Attributes.rootOwned(0600), device, 1, 3));
        after.put("device", new Inode.Special(Attributes.rootOwned(0600), device, 1, 4));
        var diff = Images.diff(before, after);
        assertThat(diff.files())
                .extracting(FileChange::path, FileChange::aspects)
                .containsExactly(
                        tuple("/usr/device", Set.of(Aspect.TARGET)),
                        tuple("/usr/kind", Set.of(Aspect.TYPE)),
                        tuple("/usr/kind/below", Set.of()),
                        tuple("/usr/owner", Set.of(Aspect.OWNER)),
                        tuple("/usr/xattr", Set.of(Aspect.XATTRS)),
                        tuple("/usr/xattr-gone", Set.of(Aspect.XATTRS)));
        assertThat(diff.sizes().growth()).isEqualTo(1);
    }

    @Test
    void comparesContentsToTheLastByte() throws Exception {
        for (var size : List.of(1, 65_535, 65_536, 65_537, 131_072)) {
            var before = FileTree.empty();
            var after = FileTree.empty();
            before.putFile("f", 0644, "x".repeat(size));
            after.putFile("f", 0644, "x".repeat(size - 1) + "y");
            assertThat(Images.diff(before, after).files()).as("%d bytes", size).hasSize(1);
            after.putFile("f", 0644, "x".repeat(size));
            assertThat(Images.diff(before, after).files()).as("%d bytes", size).isEmpty();
        }
    }

    @Test
    void findsPackages() throws Exception {
        assertThat(Images.sample().packages())
                .containsExactly(
                        new PackageChange(ChangeKind.CHANGED, "bash", "amd64", "5.1", "5.2", 2048),
                        new PackageChange(ChangeKind.CHANGED, "linux-image-6.2", "amd64", "6.1-1", "6.2-1", -10240),
                        new PackageChange(ChangeKind.ADDED, "nano", "amd64", "", "8", 7168),
                        new PackageChange(ChangeKind.REMOVED, "telnet", "amd64", "0.1", "", -5120));
    }

    @Test
    void showsConfigurationAsHostsSeeIt() throws Exception {
        assertThat(Images.sample().configuration())
                .containsExactly(
                        new ConfigChange(
                                ChangeKind.CHANGED,
                                "/etc/ssh/sshd_config",
                                List.of("@@ -1,2 +1,2 @@", " Port 22", "-PermitRootLogin yes", "+PermitRootLogin no")),
                        new ConfigChange(
                                ChangeKind.ADDED,
                                "/etc/new.conf",
                                List.of("@@ -0,0 +1,2 @@", "+b", "+\\ No newline at end of file")));
    }

    @Test
    void leavesOutConfigurationThatIsNoText() throws Exception {
        var before = FileTree.empty();
        var after = FileTree.empty();
        after.putFile("share/bascule/etc/binary", 0644, "a\0b");
        after.putFile("share/bascule/etc/large", 0644, "x".repeat(256 * 1024 + 1));
        after.putFile("share/bascule/etc/many", 0644, "\n".repeat(5001));
        after.put("share/bascule/etc/bytes", Images.file(Attributes.rootOwned(0644), "x"));
        after.putFile("bin/text", 0644, "a\n");
        after.putLink("lib/systemd/system/a.service", "/dev/null");
        assertThat(Images.diff(before, after).configuration())
                .extracting(ConfigChange::path)
                .containsExactly("/etc/bytes", "/usr/lib/systemd/system/a.service");
    }

    @Test
    void addsUpSizesAndCountsHardLinksOnce() throws Exception {
        var before = FileTree.empty();
        var after = FileTree.empty();
        var file = Images.file(Attributes.rootOwned(0644), "12345");
        after.put("bin/a", file);
        after.put("lib/b", file);
        var sizes = Images.diff(before, after).sizes();
        assertThat(sizes.after()).isEqualTo(5);
        assertThat(sizes.children()).extracting(SizeNode::after).containsExactly(5L, 0L);
        assertThat(FolderGrowth.changed(Images.sample().sizes()))
                .containsExactly(
                        new FolderGrowth("/usr/bin/*", 5010, 9010),
                        new FolderGrowth("/usr/lib/modules", 14, 7),
                        new FolderGrowth("/usr/lib/gone", 6, 0));
    }

    @Test
    void tellsOfTheCommandLineWordByWord() throws Exception {
        assertThat(DiffWords.commandLine(Images.sample())).containsExactly("- quiet", "+ panic=5");
    }
}
