package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code describe_tree.py} should say about a tree when it is mounted. */
final class TreeDescription {
    private static final HexFormat HEX = HexFormat.of();

    private final Instant time;
    private final List<String> lines = new ArrayList<>();
    private final IdentityHashMap<Inode, String> firstNames = new IdentityHashMap<>();
    private final IdentityHashMap<Inode, Integer> links = new IdentityHashMap<>();

    private TreeDescription(Instant time) {
        this.time = time;
    }

    static List<String> of(FileTree tree, Instant time) throws Exception {
        var description = new TreeDescription(time);
        description.countLinks(tree.root());
        description.describe(tree.root(), new byte[0]);
        return description.lines;
    }

    /** Fails with the first lines that are not the same, and not with tens of thousands of them. */
    static void assertSame(List<String> actual, List<String> expected) {
        for (var i = 0; i < Math.min(actual.size(), expected.size()); i++) {
            assertThat(actual.get(i)).isEqualTo(expected.get(i));
        }
        assertThat(actual).hasSameSizeAs(expected);
    }

    private void countLinks(Inode.Directory directory) {
        links.merge(directory, 2, Integer::sum);
        for (var child : directory.children()) {
            if (child.getValue() instanceof Inode.Directory below) {
                links.merge(directory, 1, Integer::sum);
                countLinks(below);
            } else {
                links.merge(child.getValue(), 1, Integer::sum);
            }
        }
    }

    private void describe(Inode inode, byte[] path) throws Exception {
        var attributes = inode.attributes();
        var name = path.length == 0 ? "-" : HEX.formatHex(path);
        var same = firstNames.putIfAbsent(inode, name);
        lines.add(String.join(
                " ",
                name,
                Integer.toOctalString(inode.fileType() | attributes.permissions()),
                attributes.uid() + ":" + attributes.gid(),
                "links=" + links.get(inode),
                "mtime=" + time.getEpochSecond(),
                content(inode),
                "same=" + (same == null ? name : same),
                "xattrs="
                        + attributes.xattrs().entrySet().stream()
                                .map(entry ->
                                        HEX.formatHex(entry.getKey().bytes()) + "=" + HEX.formatHex(entry.getValue()))
                                .collect(Collectors.joining(","))));
        if (inode instanceof Inode.Directory directory) {
            for (var child : directory.children()) {
                var childPath = new ByteArrayOutputStream();
                childPath.writeBytes(path);
                childPath.write('/');
                childPath.writeBytes(child.getKey().bytes());
                describe(child.getValue(), childPath.toByteArray());
            }
        }
    }

    private static String content(Inode inode) throws IOException, NoSuchAlgorithmException {
        return switch (inode) {
            case Inode.RegularFile file -> {
                var digest = MessageDigest.getInstance("SHA-256");
                try (var in = new DigestInputStream(file.content().open(), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
                yield file.content().size() + ":" + HEX.formatHex(digest.digest());
            }
            case Inode.Symlink link ->
                link.target().length() + ":" + HEX.formatHex(link.target().bytes());
            case Inode.Special special ->
                switch (special.kind()) {
                    case CHARACTER_DEVICE, BLOCK_DEVICE -> special.major() + ":" + special.minor();
                    case FIFO, SOCKET -> "-";
                };
            case Inode.Directory directory -> "-";
        };
    }
}
