package io.bascule.imagebuilder.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredJarTest {
    private static final byte[] TEXT = "a class, and again ".repeat(1000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void hasTheSameEntriesButNativeLibrariesAndCompressesNone() throws Exception {
        var jar = new ByteArrayOutputStream();
        var manifest = new Manifest(new ByteArrayInputStream(
                "Manifest-Version: 1.0\nImplementation-Title: t\n\n".getBytes(StandardCharsets.UTF_8)));
        try (var out = new JarOutputStream(jar, manifest)) {
            out.putNextEntry(new JarEntry("io/"));
            out.putNextEntry(new JarEntry("io/A.class"));
            out.write(TEXT);
            out.putNextEntry(new JarEntry("linux/arm/libthis.so"));
            out.write(TEXT);
            out.putNextEntry(new JarEntry("empty"));
        }

        var stored = StoredJar.of(jar.toByteArray());

        try (var in = new JarInputStream(new ByteArrayInputStream(stored))) {
            assertThat(in.getManifest()).isEqualTo(manifest);
        }
        var file = Files.write(folder.resolve("stored.jar"), stored);
        try (var read = new JarFile(file.toFile())) {
            assertThat(read.stream().map(JarEntry::getName))
                    .containsExactly("META-INF/MANIFEST.MF", "io/", "io/A.class", "empty");
            assertThat(read.stream().map(JarEntry::getMethod)).containsOnly(ZipEntry.STORED);
            assertThat(read.getInputStream(read.getEntry("io/A.class"))).hasBinaryContent(TEXT);
        }
        assertThat(StoredJar.of(stored)).isEqualTo(stored);
    }
}
