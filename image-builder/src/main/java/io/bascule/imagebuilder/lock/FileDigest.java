package io.bascule.imagebuilder.lock;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;

/** SHA-256 of what is on a disk. */
public final class FileDigest {
    private static final int BUFFER = 1 << 20;

    private FileDigest() {}

    /** {@return the hash of a whole file} */
    public static Sha256Digest of(Path file) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        try (var in = Files.newInputStream(file);
                var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return Sha256Digest.soFar(digest);
    }

    /** {@return the hash of the first {@code size} bytes} */
    public static Sha256Digest of(BlockDevice device, long size) throws IOException {
        var digest = Sha256Digest.newMessageDigest();
        var buffer = ByteBuffer.allocate(BUFFER);
        for (var at = 0L; at < size; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(BUFFER, size - at));
            device.read(at, buffer);
            digest.update(buffer.array(), 0, buffer.limit());
        }
        return Sha256Digest.soFar(digest);
    }
}
