package io.bascule.imagebuilder.source;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A copy of a tar stream that goes by. It gets its name when the whole stream has been copied, else it is deleted. */
final class TarSnapshot implements Closeable {
    private static final int BUFFER = 1 << 20;

    private final Optional<Path> target;
    private final Path partial;
    private final OutputStream out;

    private TarSnapshot(Optional<Path> target, Path partial, OutputStream out) {
        this.target = target;
        this.partial = partial;
        this.out = out;
    }

    /** @param target where the copy goes; absent for no copy at all */
    static TarSnapshot create(Optional<Path> target) throws IOException {
        if (target.isEmpty()) {
            return new TarSnapshot(target, Path.of(""), OutputStream.nullOutputStream());
        }
        var folder = target.get().toAbsolutePath().getParent();
        Files.createDirectories(folder);
        var partial = Files.createTempFile(folder, "." + target.get().getFileName(), ".partial");
        return new TarSnapshot(target, partial, new BufferedOutputStream(Files.newOutputStream(partial), BUFFER));
    }

    /** {@return {@code in}, every byte of which is copied when it is read} */
    InputStream copying(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                var value = in.read();
                if (value >= 0) {
                    out.write(value);
                }
                return value;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                var count = in.read(bytes, offset, length);
                if (count > 0) {
                    out.write(bytes, offset, count);
                }
                return count;
            }

            @Override
            public long skip(long count) throws IOException {
                // Skipped bytes would be missing in the copy.
                var skipped = readNBytes((int) Math.min(count, BUFFER)).length;
                return skipped;
            }
        };
    }

    void publish() throws IOException {
        out.close();
        if (target.isPresent()) {
            Files.move(partial, target.get(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (target.isPresent()) {
            Files.deleteIfExists(partial);
        }
    }
}
