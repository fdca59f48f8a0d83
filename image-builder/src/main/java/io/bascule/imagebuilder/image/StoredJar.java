package io.bascule.imagebuilder.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A jar in which nothing is compressed. The file system compresses its files together, which makes the image smaller, and a
 * delta sees which of them have changed. Native libraries are left out: they are for a dozen kinds of machines, and the one
 * that the host needs is a file beside the jar.
 */
final class StoredJar {
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final Pattern NATIVE = Pattern.compile(".*[.](so|dll|dylib|jnilib)");

    private StoredJar() {}

    /** {@return a jar with the entries of {@code jar}, in their order; only their times and native libraries are not kept} */
    static byte[] of(byte[] jar) throws IOException {
        var out = new ByteArrayOutputStream(2 * jar.length);
        try (var in = new ZipInputStream(new ByteArrayInputStream(jar));
                var stored = new ZipOutputStream(out)) {
            for (ZipEntry from; (from = in.getNextEntry()) != null; ) {
                if (NATIVE.matcher(from.getName()).matches()) {
                    continue;
                }
                var content = in.readAllBytes();
                var crc = new CRC32();
                crc.update(content);
                var entry = new ZipEntry(from.getName());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
                entry.setTimeLocal(NO_TIME);
                stored.putNextEntry(entry);
                stored.write(content);
            }
        }
        return out.toByteArray();
    }
}
