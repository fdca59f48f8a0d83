package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.signing.KeySigner;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our blobs and payloads as programs see them that know nothing of this code. */
class PayloadOracleTest {
    private static final byte[] CONTENT = Contents.digits(9, 50 * 4096);

    @TempDir
    private Path folder;

    @Test
    void xzDecodesOurBlobs() throws IOException {
        var xz = ExternalTool.require("xz");
        var blob = Files.write(folder.resolve("blob.xz"), BlobEncoder.encode(OperationType.REPLACE_XZ, CONTENT));
        xz.run("-d", blob.toString());
        assertThat(folder.resolve("blob")).hasBinaryContent(CONTENT);
    }

    @Test
    void bzip2DecodesOurBlobs() throws IOException {
        var bzip2 = ExternalTool.require("bzip2");
        var blob = Files.write(folder.resolve("blob.bz2"), BlobEncoder.encode(OperationType.REPLACE_BZ, CONTENT));
        bzip2.run("-d", blob.toString());
        assertThat(folder.resolve("blob")).hasBinaryContent(CONTENT);
    }

    static Stream<KeyPair> keys() {
        return Stream.of(Keys.RSA, Keys.EC);
    }

    /** apply_payload.py walks the manifest, decodes the blobs, and leaves what was signed and the signatures for openssl. */
    @ParameterizedTest
    @MethodSource("keys")
    void pythonAppliesOurPayloadsAndOpensslVerifiesThem(KeyPair key) throws IOException {
        var python = ExternalTool.require("python3");
        var openssl = ExternalTool.require("openssl");
        var usr = Crafted.concat(CONTENT, Contents.repetition(10, 2 << 20));
        var verity = Contents.random(11, 8192);
        var payload = folder.resolve("payload.bin");
        try (var out = Files.newOutputStream(payload)) {
            new PayloadWriter(List.of(KeySigner.of(key)), folder, 1)
                    .write(
                            List.of(
                                    new PartitionImage("usr", new MemoryBlockDevice(usr)),
                                    new PartitionImage("usr-verity", new MemoryBlockDevice(verity))),
                            OptionalLong.of(42),
                            out);
        }
        python.run(script().toString(), payload.toString(), folder.toString());

        assertThat(folder.resolve("usr.img")).hasBinaryContent(usr);
        assertThat(folder.resolve("usr-verity.img")).hasBinaryContent(verity);
        var pem = Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(key.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        for (var region : List.of("metadata", "payload")) {
            openssl.run(
                    "dgst",
                    "-sha256",
                    "-verify",
                    pem.toString(),
                    "-signature",
                    folder.resolve(region + ".sig").toString(),
                    folder.resolve(region + ".signed").toString());
        }
    }

    private Path script() throws IOException {
        var script = folder.resolve("apply_payload.py");
        try (InputStream in = getClass().getResourceAsStream("apply_payload.py")) {
            Files.copy(Objects.requireNonNull(in), script);
        }
        return script;
    }

    /** Blocks are copied, patched by Debian's bspatch, and zeroed. */
    @Test
    void pythonAndBspatchApplyOurDeltas() throws IOException {
        var python = ExternalTool.require("python3");
        ExternalTool.require("bspatch");
        var block = 4096;
        var old = Contents.random(12, 400 * block);
        var content = Crafted.concat(
                Arrays.copyOfRange(old, 100 * block, 200 * block),
                new byte[5 * block],
                Arrays.copyOfRange(old, 700, 700 + 150 * block),
                Contents.digits(13, 7 * block),
                Arrays.copyOfRange(old, 0, 3 * block));
        var payload = folder.resolve("payload.bin");
        try (var out = Files.newOutputStream(payload)) {
            var manifest = new PayloadWriter(Keys.signers(Keys.RSA), folder, 2)
                    .write(
                            List.of(new PartitionImage(
                                    "usr", new MemoryBlockDevice(content), Optional.of(new MemoryBlockDevice(old)))),
                            OptionalLong.empty(),
                            out);
            assertThat(manifest.partitions().getFirst().operations().stream().map(InstallOperation::type))
                    .contains(OperationType.SOURCE_COPY, OperationType.SOURCE_BSDIFF, OperationType.ZERO);
        }
        var before = Files.createDirectory(folder.resolve("old"));
        Files.write(before.resolve("usr.img"), old);

        python.run(script().toString(), payload.toString(), folder.toString(), before.toString());

        assertThat(folder.resolve("usr.img")).hasBinaryContent(content);
    }
}
