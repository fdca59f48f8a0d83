package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.scenarios.bootpath.BootPath;
import io.bascule.scenarios.bootpath.FatFile;
import io.bascule.scenarios.bootpath.FatVolume;
import io.bascule.updateengine.host.Esp;
import io.bascule.updateengine.host.EspFiles;
import io.bascule.updateengine.host.EspSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The ESP as {@code EspFolder} has it through Linux's vfat (6.12), which writes
 *
 * <ul>
 *   <li>names into the first free entries, a new name before the old one is marked deleted;
 *   <li>both copies of the table and FSInfo;
 *   <li>where the contents of a file begin, and its size, <b>later than its name</b>: {@code vfat_rename} makes a new entry
 *       with cluster 0 and size 0 and marks the inode dirty, which is written by fsync of that file, or within a minute, and
 *       not by fsync of the folder.
 * </ul>
 *
 * Names and tables are handed to the disk as they change, because the kernel may write them back at any moment; they are
 * there for sure after the next fsync. A file whose chain is not whole makes the volume read-only when it is deleted.
 */
final class VfatEsp implements Esp {
    /** What a change of a name is followed by. */
    enum Syncing {
        /** As the engine asks for it. */
        FILE_AND_FOLDER,
        /** fsync of a file does nothing when its name has changed: its new name is without contents for a minute. */
        FOLDER,
        /** Neither does anything. */
        NONE
    }

    private final BlockDevice partition;
    private final Consumer<String> marks;
    private final Syncing syncing;
    private final KernelView view = new KernelView();
    private final FatVolume volume;
    private final Set<Long> unwritten = new HashSet<>();
    private final Calls calls = new Calls();
    private boolean readOnly;

    VfatEsp(BlockDevice partition, Consumer<String> marks, Syncing syncing) throws IOException {
        this.partition = partition;
        this.marks = marks;
        this.syncing = syncing;
        this.volume = FatVolume.open(view);
    }

    /** What programs see: the file system as it will be when all is written back. */
    private final class KernelView implements BlockDevice {
        private final Map<Long, byte[]> cache = new HashMap<>();

        @Override
        public ByteCount size() {
            return partition.size();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            if (cache.isEmpty()) {
                partition.read(position, target);
                return;
            }
            var start = target.position();
            var length = target.remaining();
            var whole = target.duplicate();
            partition.read(position, target);
            for (var sector = position / FatVolume.SECTOR * FatVolume.SECTOR;
                    sector < position + length;
                    sector += FatVolume.SECTOR) {
                var bytes = cache.get(sector);
                if (bytes != null) {
                    var from = Math.max(position, sector);
                    var to = Math.min(position + length, sector + FatVolume.SECTOR);
                    whole.put(start + (int) (from - position), bytes, (int) (from - sector), (int) (to - from));
                }
            }
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                var bytes = new byte[FatVolume.SECTOR];
                source.get(bytes);
                cache.put(position, bytes);
                writeBack(position);
                position += FatVolume.SECTOR;
            }
        }

        void writeBack(long sector) throws IOException {
            var bytes = cache.getOrDefault(sector, new byte[0]).clone();
            for (var entry : unwritten) {
                if (entry >= sector && entry < sector + FatVolume.SECTOR) {
                    var at = (int) (entry - sector);
                    bytes[at + 20] = bytes[at + 21] = 0;
                    Arrays.fill(bytes, at + 26, at + 32, (byte) 0);
                }
            }
            var before = new byte[bytes.length];
            partition.read(sector, ByteBuffer.wrap(before));
            if (!Arrays.equals(before, bytes)) {
                partition.write(sector, ByteBuffer.wrap(bytes));
            }
        }

        @Override
        public void flush() throws IOException {
            partition.flush();
        }

        @Override
        public void close() {}
    }

    private List<Integer> folder() throws IOException {
        return volume.directory(BootPath.ENTRIES);
    }

    @Override
    public List<String> list() throws IOException {
        return volume.list(folder()).stream().map(FatFile::name).sorted().toList();
    }

    @Override
    public BlockDevice open(String name) throws IOException {
        var file = volume.require(folder(), name);
        return volume.contents(file.cluster(), file.size());
    }

    @Override
    public BlockDevice create(String name, ByteCount size) throws IOException {
        checkWritable();
        if (exists(name)) {
            throw new FileAlreadyExistsException(name);
        }
        if (size.bytes() > volume.freeBytes()) {
            throw new IOException("No space left on device");
        }
        var file = volume.add(folder(), name, 0, 0, FatVolume.Placement.FIRST_FIT);
        unwritten.add(file.position());
        var cluster = volume.allocate((int) Math.ceilDiv(size.bytes(), volume.clusterBytes()), 0);
        volume.setContents(file.position(), cluster, size.bytes());
        var contents = volume.contents(cluster, size.bytes());
        contents.write(0, ByteBuffer.allocate((int) size.bytes()));
        sync(file.position());
        return new Synced(contents, file.position());
    }

    /** A file whose flush is its fsync. */
    private final class Synced implements BlockDevice {
        private final BlockDevice contents;
        private final long entry;

        Synced(BlockDevice contents, long entry) {
            this.contents = contents;
            this.entry = entry;
        }

        @Override
        public ByteCount size() {
            return contents.size();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            contents.read(position, target);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            contents.write(position, source);
        }

        @Override
        public void flush() throws IOException {
            sync(entry);
        }

        @Override
        public void close() {}
    }

    @Override
    public void rename(String from, String to) throws IOException {
        checkWritable();
        if (exists(to)) {
            throw new FileAlreadyExistsException(to);
        }
        marks.accept("rename " + from + " to " + to);
        EspSteps.rename(calls, from, to);
        marks.accept("renamed " + from + " to " + to);
    }

    @Override
    public void delete(String name) throws IOException {
        checkWritable();
        if (exists(name)) {
            marks.accept("delete " + name);
            EspSteps.delete(calls, name);
            marks.accept("deleted " + name);
        }
    }

    /** What the kernel does at the calls that the engine's own code makes. */
    private final class Calls implements EspFiles {
        private BlockDevice start(FatFile file) throws IOException {
            return volume.contents(file.cluster(), Math.min(FatVolume.SECTOR, file.size()));
        }

        @Override
        public byte[] readStart(String name) throws IOException {
            var start = start(volume.require(folder(), name));
            var bytes = new byte[(int) start.size().bytes()];
            start.read(0, ByteBuffer.wrap(bytes));
            return bytes;
        }

        @Override
        public void writeStart(String name, byte[] bytes) throws IOException {
            var file = volume.require(folder(), name);
            start(file).write(0, ByteBuffer.wrap(bytes));
            syncFile(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            var directory = folder();
            var old = volume.require(directory, from);
            var renamed = volume.add(directory, to, 0, 0, FatVolume.Placement.FIRST_FIT);
            unwritten.add(renamed.position());
            volume.setContents(renamed.position(), old.cluster(), old.size());
            volume.remove(directory, old);
            unwritten.remove(old.position());
        }

        @Override
        public boolean delete(String name) throws IOException {
            var directory = folder();
            var file = volume.require(directory, name);
            volume.remove(directory, file);
            unwritten.remove(file.position());
            readOnly |= !volume.free(file.cluster());
            return true;
        }

        @Override
        public void syncFile(String name) throws IOException {
            if (syncing == Syncing.FILE_AND_FOLDER) {
                sync(volume.require(folder(), name).position());
            }
        }

        @Override
        public void syncFolder() throws IOException {
            if (syncing != Syncing.NONE) {
                partition.flush();
            }
        }
    }

    @Override
    public ByteCount free() throws IOException {
        return new ByteCount(volume.freeBytes());
    }

    private boolean exists(String name) throws IOException {
        return volume.list(folder()).stream().anyMatch(file -> file.name().equalsIgnoreCase(name));
    }

    /** Writes the entry's sector, if it has to be, and has all that was written made durable. */
    private void sync(long entry) throws IOException {
        if (unwritten.remove(entry)) {
            view.writeBack(entry / FatVolume.SECTOR * FatVolume.SECTOR);
        }
        partition.flush();
    }

    private void checkWritable() throws IOException {
        if (readOnly) {
            throw new IOException("Read-only file system");
        }
    }
}
