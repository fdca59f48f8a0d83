package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.FileTree;
import java.nio.charset.StandardCharsets;
import java.util.Collections;

/** Trees of packages, as small as they can be. */
final class Systems {
    static final String CONFIG = """
            # Automatically generated file; DO NOT EDIT.
            CONFIG_EROFS_FS=m
            CONFIG_EROFS_FS_ZIP=y
            CONFIG_EROFS_FS_ZIP_ZSTD=y
            CONFIG_DM_VERITY=m
            CONFIG_OVERLAY_FS=m
            CONFIG_EXT4_FS=m
            CONFIG_EFI_STUB=y
            CONFIG_RD_ZSTD=y
            CONFIG_LOCALVERSION=""
            # CONFIG_EROFS_FS_DEBUG is not set
            """;

    private Systems() {}

    static FileTree minimal() {
        var tree = FileTree.empty();
        tree.directory("usr/lib");
        tree.directory("usr/bin");
        tree.putLink("bin", "usr/bin");
        tree.putLink("lib", "usr/lib");
        tree.putLink("vmlinuz", "boot/vmlinuz-6.12-amd64");
        tree.putFile("usr/share/games/kept", 0644, "kept");
        tree.putFile("usr/lib/os-release", 0644, "PRETTY_NAME=\"Debian 13\"\nID=debian\n");
        tree.putFile("etc/issue", 0644, "Debian");
        tree.putFile("etc/passwd", 0644, "root:x:0:0:root:/root:/bin/bash\n");
        tree.putFile("etc/group", 0644, "root:x:0:\n");
        tree.putFile("root/.bashrc", 0644, "");
        tree.putFile("var/lib/dpkg/status", 0644, "Package: systemd\nStatus: install ok installed\nVersion: 1\n");
        tree.putDirectory(
                FileTree.components("var/lib/app".getBytes(StandardCharsets.UTF_8)),
                new Attributes(0750, 42, 43, Collections.emptySortedMap()));
        kernel(tree, "6.12-amd64", CONFIG);
        return tree;
    }

    static void kernel(FileTree tree, String release, String config) {
        tree.putFile("usr/lib/modules/" + release + "/modules.dep", 0644, "");
        tree.putFile("boot/vmlinuz-" + release, 0644, "kernel");
        tree.putFile("boot/config-" + release, 0644, config);
    }
}
