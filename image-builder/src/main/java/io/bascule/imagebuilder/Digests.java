package io.bascule.imagebuilder;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** SHA-256 in lower-case hexadecimal. */
final class Digests {
    private static final int PIECE = 1 << 16;

    private Digests() {}

    static String sha256Hex(byte[] bytes) {
        return Sha256Digest.ofContent(bytes).toString();
    }

    static String sha256Hex(Path file) throws IOException {
        return Sha256Digest.ofFile(file).toString();
    }

    /** {@return the hash of a whole device}; what it knows to be empty is not read */
    static Sha256Digest sha256(BlockDevice device) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var zeros = new byte[PIECE];
        var buffer = ByteBuffer.allocate(PIECE);
        var size = device.size().bytes();
        for (var at = 0L; at < size; ) {
            var empty = device.nextData(at) - at;
            var count = (int) Math.min(empty > 0 ? empty : size - at, PIECE);
            if (empty > 0) {
                digest.update(zeros, 0, count);
            } else {
                device.read(at, buffer.clear().limit(count));
                digest.update(buffer.array(), 0, count);
            }
            at += count;
        }
        return Sha256Digest.of(digest.digest());
    }

    /** {@return the hashes of several files, each computed by a thread of its own} */
    static Map<Path, String> sha256Hex(Collection<Path> files) throws IOException {
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            var started = new LinkedHashMap<Path, Future<String>>();
            for (var file : files) {
                started.put(file, threads.submit(() -> sha256Hex(file)));
            }
            var hashes = new LinkedHashMap<Path, String>();
            for (var entry : started.entrySet()) {
                hashes.put(entry.getKey(), entry.getValue().get());
            }
            return hashes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while files were hashed").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IOException(failure.getMessage(), failure);
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
