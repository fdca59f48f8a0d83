package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Trees for tests: one with every feature and edge, and random ones. */
final class SampleTrees {
    private SampleTrees() {}

    static FileTree everything() {
        var tree = FileTree.empty();
        files(tree);
        links(tree);
        specials(tree);
        names(tree);
        xattrs(tree);
        return tree;
    }

    /** {@return a directory of many blocks, with more names for one inode than a compact inode can count} */
    static FileTree manyNames() {
        var tree = FileTree.empty();
        var inode = file(text(10, 1), Map.of());
        var directory = tree.directory("many");
        for (var i = 0; i < 66_000; i++) {
            directory.put(Name.of("entry-" + i), inode);
        }
        return tree;
    }

    private static void files(FileTree tree) {
        for (var size : List.of(
                0, 1, 4031, 4063, 4064, 4065, 4095, 4096, 4097, 8192, 131071, 131072, 131073, 163840, 163841, 167937,
                300000)) {
            put(tree, "files/text-" + size, text(size, size));
            put(tree, "files/noise-" + size, noise(size, size));
        }
        put(tree, "files/long-text", text(5_000_001, 1));
        put(tree, "files/zero", new byte[3_000_000]);
        put(tree, "files/mixed", concat(text(200_000, 2), noise(150_000, 3), text(100_123, 4), new byte[9999]));
        put(tree, "files/same-1", text(50_000, 5));
        put(tree, "files/deep/same-2", text(50_000, 5));
        // Flat, and only one of the two has room for its end behind the inode.
        put(tree, "files/flat-1", noise(3 * 4096 + 4000, 6));
        tree.put("files/flat-2", file(noise(3 * 4096 + 4000, 6), Map.of("user.long", new byte[200])));
        put(tree, "files/flat-3", noise(3 * 4096 + 4000, 6));
        var ids = new Attributes(07777, 65536, 4_000_000_000L, Collections.emptySortedMap());
        tree.put("files/owned-by-large-ids", new Inode.RegularFile(ids, Content.of(text(40_000, 7))));
        var permissions = new int[] {04755, 02755, 01777, 0, 0444};
        for (var permission : permissions) {
            tree.putFile("modes/" + Integer.toOctalString(permission), permission, "x");
        }
        tree.put("modes/sticky", new Inode.Directory(Attributes.rootOwned(01777)));
        tree.put("modes/large-ids", new Inode.Directory(new Attributes(0700, 70_000, 3, Collections.emptySortedMap())));
    }

    private static void links(FileTree tree) {
        for (var length : List.of(1, 2, 59, 60, 4000, 4063, 4064, 4065, 4095)) {
            tree.putLink("symlinks/" + length, "t".repeat(length));
        }
        tree.put("symlinks/bytes", new Inode.Symlink(Attributes.rootOwned(0777), Name.of(new byte[] {-1, -2, '/'})));
        var hard = new Inode.RegularFile(Attributes.rootOwned(0600), Content.of(text(9000, 8)));
        tree.put("hard/a", hard);
        tree.put("hard/z/b", hard);
        tree.put("before-hard", hard);
    }

    private static void specials(FileTree tree) {
        var attributes = new Attributes(0660, 0, 6, Collections.emptySortedMap());
        var character = Inode.Special.Kind.CHARACTER_DEVICE;
        tree.put("dev/null", new Inode.Special(attributes, character, 1, 3));
        tree.put("dev/large", new Inode.Special(attributes, character, 4095, 0xFFFFF));
        tree.put("dev/block", new Inode.Special(attributes, Inode.Special.Kind.BLOCK_DEVICE, 259, 300));
        tree.put("dev/fifo", new Inode.Special(attributes, Inode.Special.Kind.FIFO, 0, 0));
        tree.put("dev/socket", new Inode.Special(attributes, Inode.Special.Kind.SOCKET, 0, 0));
    }

    private static void names(FileTree tree) {
        var directory = tree.directory("names");
        var longest = new byte[255];
        for (var first = 1; first < 256; first++) {
            if (first != '/' && first != '.') {
                directory.put(Name.of(new byte[] {(byte) first}), empty());
                directory.put(Name.of(new byte[] {'.', (byte) first}), empty());
                Arrays.fill(longest, (byte) first);
                directory.put(Name.of(longest), empty());
            }
        }
        directory.put(Name.of("..."), empty());
        directory.put(Name.of("größer"), empty());
        tree.putFile("deep/" + "d/".repeat(200) + "file", 0644, "far down");
        tree.put("empty-directory", new Inode.Directory(Attributes.rootOwned(0755)));
    }

    private static void xattrs(FileTree tree) {
        var capability = HexFormat.of().parseHex("0100000200040000000000000000000000000000");
        var label = "system_u:object_r:usr_t:s0\0".getBytes(StandardCharsets.US_ASCII);
        tree.put("xattrs/one", file(text(100, 1), Map.of("security.capability", capability)));
        tree.put("xattrs/two", file(text(20_000, 1), Map.of("security.capability", capability, "user.a", label)));
        tree.put("xattrs/alone", file(text(10, 1), Map.of("user.only-here", new byte[] {0, 1, 2})));
        tree.put("xattrs/empty-value", file(text(10, 1), Map.of("user.empty", new byte[0])));
        tree.put("xattrs/odd", file(text(90_000, 1), Map.of("user.n", new byte[2], "trusted.overlay.opaque", label)));
        tree.put("xattrs/large", file(text(3000, 1), Map.of("user.large", noise(5000, 1))));
        tree.put("xattrs/acl", file(text(10, 1), Map.of("system.posix_acl_access", acl())));
        tree.put(
                "xattrs/directory",
                new Inode.Directory(attributes(
                        Map.of("system.posix_acl_default", acl(), "system.posix_acl_access", acl(), "user.a", label))));
        tree.put(
                "xattrs/link",
                new Inode.Symlink(attributes(Map.of("security.selinux-like", label)), Name.of("target")));
        var many = new TreeMap<String, byte[]>();
        for (var i = 0; i < 300; i++) {
            many.put("user.number-" + i, new byte[] {(byte) i});
        }
        tree.put("xattrs/many", file(text(10, 1), many));
        tree.put("xattrs/many-again", file(text(10, 2), many));
        tree.put("xattrs/long-name", file(text(10, 2), Map.of("user." + "n".repeat(250), label)));
    }

    /** {@return a tree that {@code seed} decides} */
    static FileTree random(long seed) {
        var random = new Random(seed);
        var tree = FileTree.empty();
        var directories = new ArrayList<>(List.of(tree.root()));
        var inodes = new ArrayList<Inode>();
        for (var i = 0; i < 400; i++) {
            var parent = directories.get(random.nextInt(directories.size()));
            var bytes = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 255 : 12)];
            for (var j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) (random.nextInt(208) + '0');
            }
            var name = Name.of(bytes);
            if (parent.child(name) != null) {
                continue;
            }
            var xattrs = new TreeMap<Name, byte[]>();
            while (random.nextInt(4) == 0) {
                xattrs.put(Name.of("trusted.x" + random.nextInt(30)), noise(random.nextInt(40), random.nextInt(3)));
            }
            var owner = random.nextInt(8) == 0 ? 100_000 : random.nextInt(3);
            var attributes = new Attributes(random.nextInt(010000), owner, random.nextInt(5), xattrs);
            var inode = randomInode(random, attributes, inodes);
            if (inode instanceof Inode.Directory directory) {
                directories.add(directory);
            } else {
                inodes.add(inode);
            }
            parent.put(name, inode);
        }
        return tree;
    }

    /** {@return regular files only, in one directory, with contents that {@code seed} decides} */
    static FileTree regularFiles(int seed) {
        var random = new Random(seed);
        var tree = FileTree.empty();
        for (var i = 0; i < 60; i++) {
            put(tree, "file-" + i, randomBytes(random));
        }
        return tree;
    }

    private static Inode randomInode(Random random, Attributes attributes, List<Inode> others) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> new Inode.Directory(attributes);
            case 2 -> new Inode.Symlink(attributes, Name.of("x".repeat(1 + random.nextInt(random.nextInt(4095) + 1))));
            case 3 ->
                new Inode.Special(
                        attributes, Inode.Special.Kind.BLOCK_DEVICE, random.nextInt(4096), random.nextInt(1 << 20));
            case 4 -> others.isEmpty() ? new Inode.Directory(attributes) : others.get(random.nextInt(others.size()));
            default -> new Inode.RegularFile(attributes, Content.of(randomBytes(random)));
        };
    }

    /** Text, noise and zeros, up to a megabyte together. */
    private static byte[] randomBytes(Random random) {
        var size = random.nextInt(1 << (1 + random.nextInt(20)));
        return concat(text(size / 2, random.nextInt(5)), noise(size / 4, random.nextInt(2)), new byte[size / 4]);
    }

    private static void put(FileTree tree, String path, byte[] content) {
        tree.put(path, file(content, Map.of()));
    }

    private static Inode.RegularFile empty() {
        return file(new byte[0], Map.of());
    }

    static Inode.RegularFile file(byte[] content, Map<String, byte[]> xattrs) {
        return new Inode.RegularFile(attributes(xattrs), Content.of(content));
    }

    private static Attributes attributes(Map<String, byte[]> xattrs) {
        var named = new TreeMap<Name, byte[]>();
        xattrs.forEach((name, value) -> named.put(Name.of(name), value));
        return new Attributes(0644, 0, 0, named);
    }

    /** A POSIX ACL with a named user, in the form of getxattr(2). */
    private static byte[] acl() {
        var entries = new int[][] {{1, 7, -1}, {2, 5, 1000}, {4, 5, -1}, {0x10, 5, -1}, {0x20, 4, -1}};
        var buffer = ByteBuffer.allocate(4 + 8 * entries.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(2);
        for (var entry : entries) {
            buffer.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
        }
        return buffer.array();
    }

    /** {@return bytes that compress about as well as text does} */
    static byte[] text(int size, long seed) {
        var random = new Random(seed);
        var text = new StringBuilder(size + 16);
        while (text.length() < size) {
            text.append(Integer.toString(random.nextInt(5000), 36)).append(random.nextInt(9) == 0 ? '\n' : ' ');
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), size);
    }

    /** {@return bytes that do not compress} */
    static byte[] noise(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[]... parts) {
        var buffer = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(buffer::put);
        return buffer.array();
    }
}
