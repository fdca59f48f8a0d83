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

    private final Path folder;

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
        Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
        sync();
    }

    @Override
    public void delete(String name) throws IOException {
        if (Files.deleteIfExists(file(name))) {
            sync();
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

    /** On FAT this also writes the allocation table. */
    private void sync() throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
