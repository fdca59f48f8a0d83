package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The contents of a directory: blocks of entries, each followed by their names. The kernel searches by halves, so all
 * names, {@code .} and {@code ..} among them, are sorted by their unsigned bytes.
 *
 * @see <a href="https://erofs.docs.kernel.org/en/latest/core_ondisk.html#directories">Directories</a>
 */
final class DirectoryBlocks {
    private record Entry(Name name, Inode inode) {}

    private static final Name SELF = Name.of(".");
    private static final Name PARENT = Name.of("..");

    private final List<List<Entry>> blocks = new ArrayList<>();
    private final int size;

    /** @param parent what {@code ..} stands for */
    DirectoryBlocks(Inode.Directory directory, Inode.Directory parent) {
        var entries = new ArrayList<Entry>(directory.children().size() + 2);
        entries.add(new Entry(SELF, directory));
        entries.add(new Entry(PARENT, parent));
        directory.children().forEach(child -> entries.add(new Entry(child.getKey(), child.getValue())));
        entries.sort(Comparator.comparing(Entry::name));

        var used = ErofsFormat.BLOCK;
        for (var entry : entries) {
            var needed = ErofsFormat.DIRENT_SIZE + entry.name().length();
            if (used + needed > ErofsFormat.BLOCK) {
                blocks.add(new ArrayList<>());
                used = 0;
            }
            blocks.getLast().add(entry);
            used += needed;
        }
        size = Math.addExact(Math.multiplyExact(blocks.size() - 1, ErofsFormat.BLOCK), used);
    }

    /** {@return how many bytes there are: i_size} */
    int size() {
        return size;
    }

    byte[] encode(ToLongFunction<Inode> nids) {
        var buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (var i = 0; i < blocks.size(); i++) {
            buffer.position(i * ErofsFormat.BLOCK);
            var entries = blocks.get(i);
            var nameOffset = entries.size() * ErofsFormat.DIRENT_SIZE;
            for (var entry : entries) {
                buffer.putLong(nids.applyAsLong(entry.inode()));
                buffer.putShort((short) nameOffset);
                buffer.put(fileType(entry.inode()));
                buffer.put((byte) 0);
                nameOffset += entry.name().length();
            }
            entries.forEach(entry -> buffer.put(entry.name().bytes()));
        }
        return buffer.array();
    }

    private static byte fileType(Inode inode) {
        return switch (inode) {
            case Inode.RegularFile file -> 1;
            case Inode.Directory directory -> 2;
            case Inode.Special special ->
                switch (special.kind()) {
                    case CHARACTER_DEVICE -> 3;
                    case BLOCK_DEVICE -> 4;
                    case FIFO -> 5;
                    case SOCKET -> 6;
                };
            case Inode.Symlink link -> 7;
        };
    }
}
