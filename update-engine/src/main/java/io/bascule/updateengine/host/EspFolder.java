package io.bascule.updateengine.host;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The ESP where the kernel has mounted it. */
public final class EspFolder implements Esp {
    private static final int ZEROS = 1 << 20;

    private static final int START = 512;

    private final Path folder;
    private final EspFiles files = new SystemCalls();

    /** @param folder like {@code /efi/EFI/Linux}; made when the first file is */
    public EspFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<String> list() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public BlockDevice open(String name) throws IOException {
        return DirectBlockDevice.openReadOnly(file(name));
    }

    /** Writes zeros and not only a last byte, because other file systems than FAT would leave a hole that takes no space. */
    @Override
    public BlockDevice create(String name, ByteCount size) throws IOException {
        Files.createDirectories(folder);
        var file = file(name);
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var zeros = ByteBuffer.allocate(ZEROS);
            for (var left = size.bytes(); left > 0; left -= zeros.limit()) {
                zeros.clear().limit((int) Math.min(ZEROS, left));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            delete(name);
            throw e;
        }
        return FileBlockDevice.open(file);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        if (Files.exists(file(to), LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file(to).toString());
        }
        EspSteps.rename(files, from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        if (Files.exists(file(name), LinkOption.NOFOLLOW_LINKS)) {
            EspSteps.delete(files, name);
        }
    }

    @Override
    public ByteCount free() throws IOException {
        var existing = folder.toAbsolutePath();
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return new ByteCount(Files.getFileStore(existing).getUsableSpace());
    }

    private Path file(String name) {
        if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
            throw new IllegalArgumentException("not the name of a file on the ESP: '" + name + "'");
        }
        return folder.resolve(name);
    }

    /** The system calls. */
    private final class SystemCalls implements EspFiles {
        @Override
        public byte[] readStart(String name) throws IOException {
            try (var in = Files.newInputStream(file(name))) {
                return in.readNBytes(START);
            }
        }

        @Override
        public void writeStart(String name, byte[] bytes) throws IOException {
            try (var channel = FileChannel.open(file(name), StandardOpenOption.WRITE)) {
                var buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer, buffer.position());
                }
                channel.force(true);
            }
        }

        @Override
        public void rename(String from, String to) throws IOException {
            Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public boolean delete(String name) throws IOException {
            return Files.deleteIfExists(file(name));
        }

        @Override
        public void syncFile(String name) throws IOException {
            sync(file(name));
        }

        @Override
        public void syncFolder() throws IOException {
            sync(folder);
        }

        private void sync(Path path) throws IOException {
            try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
