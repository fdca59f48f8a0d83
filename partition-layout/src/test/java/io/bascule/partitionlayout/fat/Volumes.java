package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Volumes to test with. */
final class Volumes {
    /** A little more than the smallest FAT32. */
    static final int SIZE = 34 << 20;

    static final FatOptions OPTIONS =
            new FatOptions("ESP", 0x1234ABCD, Instant.parse("2026-01-02T03:04:05Z"), 2048, SectorSize.B512);

    private static final byte[] OF_FILES = writeFiles();

    private Volumes() {}

    /** {@return a new copy of a volume with {@link #files}} */
    static byte[] ofFiles() {
        return OF_FILES.clone();
    }

    private static byte[] writeFiles() {
        try {
            return write(tree(files()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FatTree tree(SortedMap<String, byte[]> files) {
        var tree = new FatTree();
        files.forEach((path, bytes) -> tree.addFile(path, FatContent.of(bytes)));
        return tree;
    }

    static byte[] write(FatTree tree) throws IOException {
        var bytes = new byte[SIZE];
        FatWriter.write(new MemoryBlockDevice(bytes), tree, OPTIONS);
        return bytes;
    }

    /** What an ESP looks like, with one of every kind of name. */
    static SortedMap<String, byte[]> files() {
        var random = new Random(1);
        var files = new TreeMap<String, byte[]>();
        files.put("EFI/BOOT/BOOTX64.EFI", bytes(random, 100_000));
        files.put("EFI/systemd/systemd-bootx64.efi", bytes(random, 4096));
        files.put("EFI/Linux/amd64-base_1.0.0+3-0.efi", bytes(random, 3_000_001));
        files.put("EFI/Linux/amd64-base_1.0.1.efi", bytes(random, 512));
        files.put("loader/loader.conf", "timeout 3\n".getBytes(StandardCharsets.UTF_8));
        files.put("loader/entries.srel", "type1\n".getBytes(StandardCharsets.UTF_8));
        files.put("loader/thirteen-unit", bytes(random, 1));
        files.put("loader/Zürich 漢.txt", bytes(random, 513));
        files.put("loader/" + "x".repeat(255), bytes(random, 2));
        files.put("README", bytes(random, 511));
        files.put("EMPTY.BIN", new byte[0]);
        return files;
    }

    static byte[] bytes(Random random, int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Everything in a volume; directories have a path with a slash at the end and no bytes. */
    static SortedMap<String, byte[]> readAll(FatReader reader) throws IOException {
        var found = new TreeMap<String, byte[]>();
        collect(reader, reader.root(), "", 0, found);
        return found;
    }

    private static void collect(FatReader reader, FatEntry directory, String path, int depth, Map<String, byte[]> to)
            throws IOException {
        for (var entry : reader.list(directory)) {
            if (!entry.directory()) {
                try (var in = reader.open(entry)) {
                    to.put(path + entry.name(), in.readAllBytes());
                }
            } else if (depth < 6 && to.size() < 1000) {
                to.put(path + entry.name() + "/", new byte[0]);
                collect(reader, entry, path + entry.name() + "/", depth + 1, to);
            }
        }
    }

    /** {@code files} with the directories that they are in, as {@link #readAll} gives them. */
    static SortedMap<String, byte[]> withDirectories(SortedMap<String, byte[]> files) {
        var all = new TreeMap<>(files);
        for (var path : files.keySet()) {
            for (var at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
                all.put(path.substring(0, at + 1), new byte[0]);
            }
        }
        return all;
    }
}
