package io.bascule.imagebuilder;

import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** SHA-256 in lower-case hexadecimal. */
final class Digests {
    private Digests() {}

    static String sha256Hex(byte[] bytes) {
        return Sha256Digest.ofContent(bytes).toString();
    }

    static String sha256Hex(Path file) throws IOException {
        return Sha256Digest.ofFile(file).toString();
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
