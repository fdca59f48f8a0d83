package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/** The contents of regular files, one object for all files that have the same bytes. */
final class ContentCatalog {
    private static final int READ_SIZE = 1 << 16;

    private final Map<Integer, StoredContent> byInode;

    private ContentCatalog(Map<Integer, StoredContent> byInode) {
        this.byInode = byInode;
    }

    /** Finds out which files are equal; only those that share their size with another are read for it. */
    static ContentCatalog of(InodeTable inodes, Workers workers) throws IOException {
        var byInode = new LinkedHashMap<Integer, StoredContent>();
        var filesOfSize = new HashMap<Long, Integer>();
        for (var node : inodes.nodes()) {
            if (node.inode() instanceof Inode.RegularFile file) {
                var content = new StoredContent(node.number(), file.content());
                byInode.put(node.number(), content);
                filesOfSize.merge(content.size(), 1, Integer::sum);
            }
        }
        var digests = new LinkedHashMap<Integer, Future<ByteBuffer>>();
        byInode.forEach((number, content) -> {
            // What is smaller has no blocks that could be shared.
            if (content.size() >= ErofsFormat.BLOCK && filesOfSize.getOrDefault(content.size(), 0) > 1) {
                digests.put(number, workers.submit(() -> digest(content, inodes)));
            }
        });
        var byDigest = new HashMap<ByteBuffer, StoredContent>();
        for (var entry : digests.entrySet()) {
            var content = byInode.get(entry.getKey());
            if (content != null) {
                var first = byDigest.putIfAbsent(Workers.await(entry.getValue()), content);
                byInode.put(entry.getKey(), first == null ? content : first);
            }
        }
        return new ContentCatalog(byInode);
    }

    /** @param number of a regular file in the {@link InodeTable} */
    StoredContent of(int number) {
        var content = byInode.get(number);
        if (content == null) {
            throw new IllegalArgumentException("inode " + number + " is not a regular file");
        }
        return content;
    }

    /** {@return every content once, in the order of inodes} */
    List<StoredContent> distinct() {
        return byInode.entrySet().stream()
                .filter(entry -> entry.getValue().example() == entry.getKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    boolean anyPacked() {
        return byInode.values().stream().anyMatch(content -> content.form() instanceof StoredContent.Packed);
    }

    /** {@return the sizes of all files together, equal ones counted as often as they are there} */
    long totalSize() {
        return byInode.values().stream().mapToLong(StoredContent::size).sum();
    }

    private static ByteBuffer digest(StoredContent content, InodeTable inodes) throws IOException {
        try (var in = new ExactInput(content, inodes)) {
            var digest = Digest128.sha256();
            for (var rest = content.size(); rest > 0; ) {
                var bytes = in.read((int) Math.min(rest, READ_SIZE));
                digest.update(bytes);
                rest -= bytes.length;
            }
            return ByteBuffer.wrap(digest.digest());
        }
    }
}
