package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.source.TarBuilder;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;

/** Tiny Debian packages for tests. */
final class Debs {
    private Debs() {}

    static byte[] control(String name, String version, String architecture, String more) {
        return """
                Package: %s
                Version: %s
                Architecture: %s
                Maintainer: A <a@example.org>
                Priority: extra
                %sDescription: a package
                 for tests
                 .
                 in three lines
                """.formatted(name, version, architecture, more).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] deb(byte[] control) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var ar = new ArArchiveOutputStream(bytes)) {
            put(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
            put(
                    ar,
                    "control.tar.gz",
                    gzip(new TarBuilder()
                            .directory("./", 0755)
                            .file("./md5sums", "")
                            .file("./control", new String(control, StandardCharsets.UTF_8))
                            .end()));
            put(ar, "data.tar.gz", gzip(new TarBuilder().directory("./", 0755).end()));
        }
        return bytes.toByteArray();
    }

    static byte[] deb(String name, String version, String architecture) throws IOException {
        return deb(control(name, version, architecture, ""));
    }

    static LockedPackage lock(byte[] deb, String name, String version, String architecture, String file) {
        return new LockedPackage(
                name,
                version,
                architecture,
                LockedPackage.Archive.MAIN,
                file,
                deb.length,
                Sha256Digest.ofContent(deb),
                "required");
    }

    private static void put(ArArchiveOutputStream ar, String name, byte[] content) throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
