package io.bascule.imagebuilder.cache;

import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Results of pure functions of bytes, by the hash of the function's name and of its input. What is found is the same as what
 * would be computed, so a build gives the same bytes with and without it. A result that was damaged on the disk is
 * computed again. It may be used by several threads and processes at once.
 *
 * <p>Each is a file: the SHA-256 of the result, then the result. Nothing is forced to the disk: what a power cut tears is
 * damaged, and so computed again.
 */
public final class ResultCache {
    private static final int FOLDER_DIGITS = 2;

    /** So that a result in daily use is not written to each time. */
    private static final Duration TOUCHED_AFTER = Duration.ofDays(1);

    private final @Nullable Path folder;
    private final boolean read;
    private final AtomicLong found = new AtomicLong();
    private final AtomicLong computed = new AtomicLong();
    private volatile boolean full;

    private ResultCache(@Nullable Path folder, boolean read) {
        this.folder = folder;
        this.read = read;
    }

    /** Something that depends on bytes alone. */
    @FunctionalInterface
    public interface Function {
        byte[] apply(byte[] input) throws IOException;
    }

    /** {@return a cache in {@code folder}, which is made when there is something to put there} */
    public static ResultCache in(Path folder) {
        return new ResultCache(folder, true);
    }

    /** {@return a cache in {@code folder} that computes everything again, and keeps it for others} */
    public static ResultCache refreshing(Path folder) {
        return new ResultCache(folder, false);
    }

    /** {@return a cache that keeps nothing} */
    public static ResultCache none() {
        return new ResultCache(null, false);
    }

    /**
     * {@return {@code function} of {@code input}}
     *
     * @param name of the function: with everything besides the input that decides about its result, such as versions of
     *     libraries
     * @throws IOException of {@code function} itself; a cache that cannot be read or written is none
     */
    public byte[] get(String name, byte[] input, Function function) throws IOException {
        if (folder == null) {
            return function.apply(input);
        }
        var file = file(folder, name, input);
        if (read) {
            var kept = read(file);
            if (kept.isPresent()) {
                found.incrementAndGet();
                return kept.get();
            }
        }
        computed.incrementAndGet();
        var result = function.apply(input);
        write(file, result);
        return result;
    }

    /** {@return how many results were there} */
    public long found() {
        return found.get();
    }

    /** {@return how many results had to be computed} */
    public long computed() {
        return computed.get();
    }

    private static Path file(Path folder, String name, byte[] input) {
        var digest = Sha256Digest.newMessageDigest();
        var nameBytes = name.getBytes(StandardCharsets.UTF_8);
        digest.update(
                ByteBuffer.allocate(Integer.BYTES).putInt(nameBytes.length).flip());
        digest.update(nameBytes);
        digest.update(input);
        var key = HexFormat.of().formatHex(digest.digest());
        return folder.resolve(key.substring(0, FOLDER_DIGITS)).resolve(key.substring(FOLDER_DIGITS));
    }

    private static Optional<byte[]> read(Path file) {
        try {
            var bytes = Files.readAllBytes(file);
            if (bytes.length < Sha256Digest.SIZE) {
                return Optional.empty();
            }
            var digest = Sha256Digest.newMessageDigest();
            digest.update(bytes, Sha256Digest.SIZE, bytes.length - Sha256Digest.SIZE);
            if (!Arrays.equals(digest.digest(), 0, Sha256Digest.SIZE, bytes, 0, Sha256Digest.SIZE)) {
                return Optional.empty();
            }
            var now = Instant.now();
            if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(TOUCHED_AFTER))) {
                Files.setLastModifiedTime(file, FileTime.from(now));
            }
            return Optional.of(Arrays.copyOfRange(bytes, Sha256Digest.SIZE, bytes.length));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void write(Path file, byte[] result) {
        if (full) {
            return;
        }
        try {
            var parent = file.getParent();
            Files.createDirectories(parent);
            var partial = Files.createTempFile(parent, "", ".partial");
            try (var out = Files.newOutputStream(partial)) {
                out.write(Sha256Digest.newMessageDigest().digest(result));
                out.write(result);
            } catch (IOException e) {
                Files.deleteIfExists(partial);
                throw e;
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The build goes on without it, and does not try again six thousand times.
            full = true;
        }
    }
}
