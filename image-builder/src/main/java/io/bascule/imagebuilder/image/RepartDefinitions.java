package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;

/**
 * The partitions of a whole disk as repart.d(5): at first boot systemd-repart finds those of the image by type, in the order
 * of the disk, and makes the others; whenever the disk has grown, STATE grows. Nothing names a PARTUUID, so it never
 * changes one.
 */
final class RepartDefinitions {
    private RepartDefinitions() {}

    static void put(FileTree tree, Board.Sizes sizes, ByteCount verity) {
        fixed(tree, "10-esp", "esp", "ESP", sizes.esp());
        fixed(tree, "20-usr-a", "usr-x86-64", "USR-A", sizes.usr());
        fixed(tree, "21-usr-a-verity", "usr-x86-64-verity", "USR-A-verity", verity);
        fixed(tree, "30-usr-b", "usr-x86-64", "USR-B", sizes.usr());
        fixed(tree, "31-usr-b-verity", "usr-x86-64-verity", "USR-B-verity", verity);
        tree.putFile("usr/lib/repart.d/40-state.conf", 0644, """
                [Partition]
                Type=linux-generic
                Label=STATE
                Format=ext4
                SizeMinBytes=%d
                """.formatted(
                        sizes.stateMinimum().bytes()));
    }

    private static void fixed(FileTree tree, String name, String type, String label, ByteCount size) {
        tree.putFile(
                "usr/lib/repart.d/" + name + ".conf", 0644, """
                [Partition]
                Type=%s
                Label=%s
                SizeMinBytes=%d
                SizeMaxBytes=%d
                """.formatted(type, label, size.bytes(), size.bytes()));
    }
}
