package io.bascule.imagebuilder.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsProgress;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.InstallOperation;
import io.bascule.payload.OperationType;
import io.bascule.payload.PayloadApplier;
import io.bascule.payload.PayloadProgress;
import io.bascule.payload.PayloadWriter;
import io.bascule.payload.Resemblance;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeySigner;
import io.bascule.signing.TrustedKeys;
import io.bascule.testsupport.Words;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of a product as EROFS images, and the delta between them. */
class FilePairsTest {
    private static final Compression ZSTD = new Compression.Zstd(5, new ByteCount(64 << 10));

    private static final KeyPair KEY = KeyAlgorithm.EC_P256.generate();

    @TempDir
    private Path folder = Path.of("");

    /** {@return the next version: a few bytes more near the start, and a number changed further on} */
    private static byte[] next(byte[] file) {
        var changed = new ByteArrayOutputStream();
        changed.write(file, 0, 3000);
        changed.writeBytes("and more".getBytes(StandardCharsets.US_ASCII));
        changed.write(file, 3000, file.length - 3000);
        var bytes = changed.toByteArray();
        bytes[bytes.length / 2]++;
        return bytes;
    }

    private static void put(FileTree tree, String path, byte[] content) {
        tree.put(path, new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(content)));
    }

    private byte[] image(FileTree tree, String name, Path... previous) throws Exception {
        var options = new ErofsOptions(new UUID(1, 2), "usr", Instant.ofEpochSecond(1_700_000_000), ZSTD, 1);
        var output = folder.resolve(name);
        var devices = new ArrayList<BlockDevice>();
        for (var file : previous) {
            devices.add(FileBlockDevice.openReadOnly(file));
        }
        ErofsWriter.write(tree, options, devices, ResultCache.none(), folder, output, ErofsProgress.NONE);
        for (var device : devices) {
            device.close();
        }
        var bytes = Files.readAllBytes(output);
        return Arrays.copyOf(bytes, Math.ceilDiv(bytes.length, 4096) * 4096);
    }

    private FileTree product(String kernel, String library, boolean changed) {
        var tree = FileTree.empty();
        for (var i = 0; i < 30; i++) {
            var module = Words.of(i, 100_000 + 1000 * i);
            put(tree, "lib/modules/" + kernel + "/kernel/module-" + i + ".ko", changed ? next(module) : module);
        }
        var code = Words.of(100, 400_000);
        put(tree, "lib/libssl.so." + library, changed ? next(code) : code);
        put(tree, "share/same", Words.of(101, 300_000));
        return tree;
    }

    private byte[] delta(byte[] old, byte[] content, String encoder) throws Exception {
        var partitions = DeltaPartitions.of(
                Map.of("usr", new MemoryBlockDevice(old)), Map.of("usr", new MemoryBlockDevice(content)), encoder);
        var out = new ByteArrayOutputStream();
        new PayloadWriter(List.of(new KeySigner(KEY.getPrivate(), KEY.getPublic())), folder, 2)
                .write(partitions, OptionalLong.empty(), out);
        return out.toByteArray();
    }

    @Test
    void versionsOfFilesAreFoundAndPatchedInside() throws Exception {
        var old = image(product("6.12.57+deb13-amd64", "3.5.1", false), "old.erofs");
        var tree = product("6.12.117+deb13-amd64", "3.5.10", true);
        put(tree, "share/new", Words.of(200, 50_000));
        var content = image(tree, "new.erofs", folder.resolve("old.erofs"));

        var payload = delta(old, content, ZSTD.encoderId());

        // 31 files of 3.6 MB in all have changed; one of 50 kB is new.
        var standard = delta(old, content, "");
        assertThat(standard.length).isGreaterThan(900_000);
        assertThat(payload.length).isLessThan(standard.length / 12);
        var usr = new byte[content.length];
        var trusted = new TrustedKeys(List.of(KEY.getPublic()), 1);
        var applier = PayloadApplier.open(new ByteArrayInputStream(payload), trusted);
        assertThat(applier.manifest().partitions().getFirst().operations().stream()
                        .map(InstallOperation::type))
                .contains(OperationType.RECOMPRESS, OperationType.SOURCE_COPY)
                .doesNotContain(OperationType.REPLACE_XZ, OperationType.REPLACE_BZ);
        applier.applyTo(
                Map.of("usr", new MemoryBlockDevice(usr)),
                Map.of("usr", new MemoryBlockDevice(old)),
                PayloadProgress.NONE);
        assertThat(usr).isEqualTo(content);
    }

    @Test
    void filesWithoutAnEarlierVersionAreAlone() throws Exception {
        var before = FileTree.empty();
        put(before, "lib/a-1.2.so", Words.of(1, 20_000));
        put(before, "lib/b", Words.of(2, 90_000));
        put(before, "opt/b", Words.of(3, 20_000));
        var after = FileTree.empty();
        put(after, "lib/a-1.10.so", Words.of(4, 20_000));
        put(after, "share/b", Words.of(5, 21_000));
        put(after, "share/c", Words.of(6, 20_000));
        var pairs = FilePairs.of(
                new MemoryBlockDevice(image(before, "before.erofs")),
                new MemoryBlockDevice(image(after, "after.erofs")),
                Compression.frameEncoder(ZSTD.encoderId()).orElseThrow());
        assertThat(pairs).hasSize(3);
        // a by its shape, b by its name and the closest size, c not at all.
        assertThat(pairs.get(0).source().stream()
                        .mapToLong(Resemblance.Stored::contentSize)
                        .sum())
                .isEqualTo(20_000);
        assertThat(pairs.get(1).source().stream()
                        .mapToLong(Resemblance.Stored::contentSize)
                        .sum())
                .isEqualTo(20_000);
        assertThat(pairs.get(2).source()).isEmpty();
    }

    @Test
    void encodersThatAreNotOursAreNotMadeAgain() {
        assertThat(Compression.frameEncoder(Compression.DEFAULT.encoderId())).isPresent();
        assertThat(Compression.frameEncoder(Compression.DEFAULT.encoderId().replace("zstd-jni/1", "zstd-jni/2")))
                .isEmpty();
        assertThat(Compression.frameEncoder(new Compression.Lz4Hc(9, new ByteCount(64 << 10)).encoderId()))
                .isEmpty();
        assertThat(Compression.frameEncoder("zstd level=99 extent=1 ")).isEmpty();
        assertThat(Compression.frameEncoder("none")).isEmpty();
    }
}
