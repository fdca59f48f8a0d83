package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.SilentListener;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Two small images, and what is different between images. */
final class Images {
    private static final BuildListener SILENT = new SilentListener();

    private Images() {}

    static ImageFacts facts(String version, String kernel, String commandLine) {
        return new ImageFacts("base", version, kernel, commandLine, "zstd", "ab", 1 << 20);
    }

    static ImageContents before() {
        var usr = FileTree.empty();
        usr.putFile("bin/tool", 0755, "tool 1");
        usr.putFile("bin/grows", 0755, "x".repeat(5000));
        usr.putFile("bin/same", 0755, "same");
        usr.putLink("bin/link", "tool");
        usr.putFile("lib/modules/6.1/kernel/ext4.ko", 0644, "ext4");
        usr.putFile("lib/modules/6.1/kernel/old.ko", 0644, "old module");
        usr.putFile("lib/gone/a", 0644, "1234");
        usr.putFile("lib/gone/deep/b", 0644, "12");
        usr.putFile("share/bascule/etc/ssh/sshd_config", 0644, "Port 22\nPermitRootLogin yes\n");
        usr.putFile("share/bascule/etc/same.conf", 0644, "a\n");
        return new ImageContents(
                facts("1.0", "6.1", "quiet console=ttyS0"),
                List.of(
                        new InstalledPackage("bash", "5.1", "amd64", "bash", 10),
                        new InstalledPackage("linux-image-6.1", "6.1-1", "amd64", "linux", 100),
                        new InstalledPackage("same", "1", "all", "same", 1),
                        new InstalledPackage("telnet", "0.1", "amd64", "telnet", 5)),
                usr);
    }

    static ImageContents after() {
        var usr = FileTree.empty();
        usr.putFile("bin/tool", 04755, "tool 2");
        usr.putFile("bin/grows", 0755, "x".repeat(9000));
        usr.putFile("bin/same", 0755, "same");
        usr.putLink("bin/link", "grows");
        usr.putFile("lib/modules/6.2/kernel/ext4.ko", 0644, "ext4");
        usr.putFile("lib/modules/6.2/kernel/new.ko", 0644, "new");
        usr.putFile("share/bascule/etc/ssh/sshd_config", 0644, "Port 22\nPermitRootLogin no\n");
        usr.putFile("share/bascule/etc/same.conf", 0644, "a\n");
        usr.putFile("share/bascule/etc/new.conf", 0600, "b");
        return new ImageContents(
                facts("1.1", "6.2", "console=ttyS0 panic=5"),
                List.of(
                        new InstalledPackage("bash", "5.2", "amd64", "bash", 12),
                        new InstalledPackage("linux-image-6.2", "6.2-1", "amd64", "linux", 90),
                        new InstalledPackage("nano", "8", "amd64", "nano", 7),
                        new InstalledPackage("same", "1", "all", "same", 1)),
                usr);
    }

    static ImageDiff diff(ImageContents before, ImageContents after) throws IOException {
        return ImageDiff.between(before, after, SILENT);
    }

    static ImageDiff sample() throws IOException {
        return diff(before(), after());
    }

    static ImageDiff diff(FileTree before, FileTree after) throws IOException {
        return diff(
                new ImageContents(facts("1", "", ""), List.of(), before),
                new ImageContents(facts("1", "", ""), List.of(), after));
    }

    /** {@return a pair of images whose every text is one that wants to get out of where it is shown} */
    static ImageDiff hostile() throws IOException {
        var evil = "\"'><script>alert(1)</script>\u001b[31m\u202e";
        var name = Name.of((evil.replace("/", "") + "\n").getBytes(StandardCharsets.UTF_8));
        var tree = FileTree.empty();
        var file = new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(evil.repeat(20)));
        tree.put(List.of(name), file);
        tree.put(List.of(Name.of(new byte[] {-1, '<', 'b', '>'})), new Inode.Symlink(file.attributes(), Name.of(evil)));
        var etc = FileTree.components("share/bascule/etc".getBytes(StandardCharsets.UTF_8));
        tree.directory(etc).put(name, file);
        var facts = new ImageFacts(evil, evil, evil, evil + " b", evil, evil, 5);
        return diff(
                new ImageContents(
                        facts("1", "6", "a"), List.of(new InstalledPackage("a", "1", "all", "a", 1)), FileTree.empty()),
                new ImageContents(facts, List.of(new InstalledPackage(evil, evil, evil, evil, 1)), tree));
    }

    static Inode.RegularFile file(Attributes attributes, String content) {
        return new Inode.RegularFile(attributes, Content.of(content));
    }

    static Attributes attributes(long uid, Map<String, byte[]> xattrs) {
        var named = new TreeMap<Name, byte[]>();
        xattrs.forEach((key, value) -> named.put(Name.of(key), value));
        return new Attributes(0644, uid, 0, named);
    }
}
