package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Payloads whose signatures are right and whose manifests or blobs are not: a broken or malicious builder. */
class SignedButWrongTest {
    private static final byte[] BLOCK = Contents.random(5, 4096);
    private static final long MAX_BLOCKS = Long.MAX_VALUE / 4096;

    private final byte[] target = Contents.filled(4 * 4096, 0x5A);

    private void apply(ProtoWriter manifest, byte[]... blobs) throws IOException {
        Contents.apply(
                new ByteArrayInputStream(Crafted.payload(manifest.toByteArray(), Crafted.concat(blobs))),
                Keys.trust(Keys.RSA),
                Map.of("p", new MemoryBlockDevice(target)));
    }

    static Stream<Arguments> wrongManifests() {
        var first = Crafted.operation(0, 0, BLOCK, 0, 1);
        return Stream.of(
                Arguments.of("block 0 is written twice", two(first, Crafted.operation(0, 4096, BLOCK, 0, 1))),
                Arguments.of("block 1 is not written", two(first, Crafted.operation(0, 4096, BLOCK, 2, 1))),
                Arguments.of("block 1 is not written", one(2, first)),
                Arguments.of("block 0 is not written", one(1)),
                Arguments.of(
                        "block 1 is beyond the 1 there are", one(1, first, Crafted.operation(0, 4096, BLOCK, 1, 1))),
                Arguments.of("0 blocks from 0", one(1, Crafted.operation(0, 0, BLOCK, 0, 0))),
                Arguments.of(
                        "blocks from " + Long.MAX_VALUE, one(1, Crafted.operation(0, 0, BLOCK, Long.MAX_VALUE, 1))),
                Arguments.of("too large: 18446744073709551615", one(1, Crafted.operation(0, 0, BLOCK, -1, 1))),
                Arguments.of(
                        "beyond the 1 there are", one(1, Crafted.operation(8, 0, BLOCK, 0, Long.MAX_VALUE / 2, 7, 9))),
                Arguments.of("is not written", one(MAX_BLOCKS, first)),
                Arguments.of("for REPLACE of 2 blocks", one(2, Crafted.operation(0, 0, BLOCK, 0, 2))),
                Arguments.of("for REPLACE of 0 blocks", one(1, Crafted.operation(0, 0, BLOCK))),
                Arguments.of("for REPLACE_XZ of 1 blocks", one(1, Crafted.operation(8, 0, BLOCK, 0, 1))),
                Arguments.of("for REPLACE_BZ of 1 blocks", one(1, Crafted.operation(1, 0, new byte[0], 0, 1))),
                Arguments.of(
                        "for REPLACE of 2049 blocks",
                        one(2049, Crafted.operation(0, 0, new byte[(8 << 20) + 1], 0, 2049))),
                Arguments.of("the blob before it ends at 0", one(1, Crafted.operation(0, 1, BLOCK, 0, 1))),
                Arguments.of("the blob before it ends at 4096", two(first, Crafted.operation(0, 4095, BLOCK, 1, 1))),
                Arguments.of("but the blobs end at 4096", Crafted.manifest(1, BLOCK, 4097, first)),
                Arguments.of("9 is not one that we know", one(1, Crafted.operation(9, 0, BLOCK, 0, 1))),
                Arguments.of("ZERO has no blob", one(1, Crafted.operation(6, 0, BLOCK, 0, 1))),
                Arguments.of("ZERO in a full payload", Crafted.manifest(1, BLOCK, 0, Crafted.zero(0, 1))),
                Arguments.of("minor_version", one(1, first).varint(ProtoField.MANIFEST_MINOR_VERSION, 3)),
                Arguments.of(
                        "5, but no partition has an old content",
                        one(1, first).varint(ProtoField.MANIFEST_MINOR_VERSION, 5)),
                Arguments.of("partial_update", one(1, first).varint(ProtoField.MANIFEST_PARTIAL_UPDATE, 1)),
                Arguments.of("a second one", one(1, first).varint(ProtoField.MANIFEST_BLOCK_SIZE, 4096)),
                Arguments.of(
                        "a second partition 'p'",
                        one(1, first)
                                .message(
                                        ProtoField.MANIFEST_PARTITIONS,
                                        new ProtoWriter().bytes(ProtoField.PARTITION_NAME, new byte[] {'p'}))),
                Arguments.of(
                        "partition_name",
                        one(1, first)
                                .message(
                                        ProtoField.MANIFEST_PARTITIONS,
                                        new ProtoWriter().bytes(ProtoField.PARTITION_NAME, new byte[] {'.', '/'}))),
                Arguments.of("partition 'p' has it in a full payload", Crafted.delta(1, 1, BLOCK, 4096, first)),
                Arguments.of("signatures_offset", new ProtoWriter()));
    }

    private static ProtoWriter one(long blocks, ProtoWriter... operations) {
        return Crafted.manifest(blocks, BLOCK, 4096L * operations.length, operations);
    }

    private static ProtoWriter two(ProtoWriter... operations) {
        return one(2, operations);
    }

    @ParameterizedTest
    @MethodSource("wrongManifests")
    void refusesTheManifestAndTouchesNothing(String problem, ProtoWriter manifest) {
        assertThatThrownBy(() -> apply(manifest, BLOCK, BLOCK))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining(problem);
        assertThat(target).isEqualTo(Contents.filled(target.length, 0x5A));
    }

    static Stream<Arguments> wrongBlobs() throws IOException {
        var bomb = new byte[4 << 20];
        var bigDictionary = new ByteArrayOutputStream();
        var options = new LZMA2Options();
        options.setDictSize(64 << 20);
        try (var xz = new XZOutputStream(bigDictionary, options)) {
            xz.write(new byte[4096]);
        }
        var right = BlobEncoder.encode(OperationType.REPLACE_XZ, new byte[4096]);
        return Stream.of(
                Arguments.of("more than its blocks hold", OperationType.REPLACE_XZ, xz(bomb)),
                Arguments.of("more than its blocks hold", OperationType.REPLACE_BZ, bz(bomb)),
                Arguments.of("more than its blocks hold", OperationType.REPLACE_XZ, xz(new byte[4097])),
                Arguments.of("more than its blocks hold", OperationType.REPLACE_BZ, bz(new byte[4097])),
                Arguments.of("less than its blocks hold", OperationType.REPLACE_XZ, xz(new byte[4095])),
                Arguments.of("less than its blocks hold", OperationType.REPLACE_BZ, bz(new byte[4095])),
                Arguments.of("less than its blocks hold", OperationType.REPLACE_BZ, bz(new byte[0])),
                Arguments.of("cannot be decoded", OperationType.REPLACE_XZ, bz(new byte[4096])),
                Arguments.of("cannot be decoded", OperationType.REPLACE_BZ, xz(new byte[4096])),
                Arguments.of("cannot be decoded", OperationType.REPLACE_XZ, bigDictionary.toByteArray()),
                Arguments.of("cannot be decoded", OperationType.REPLACE_XZ, Arrays.copyOf(right, right.length - 1)),
                Arguments.of("1 bytes behind the end", OperationType.REPLACE_XZ, Crafted.concat(right, new byte[1])),
                Arguments.of(
                        "bytes behind the end",
                        OperationType.REPLACE_BZ,
                        Crafted.concat(bz(new byte[4096]), bz(bomb))));
    }

    private static byte[] xz(byte[] content) throws IOException {
        return BlobEncoder.encode(OperationType.REPLACE_XZ, content);
    }

    private static byte[] bz(byte[] content) throws IOException {
        return BlobEncoder.encode(OperationType.REPLACE_BZ, content);
    }

    @ParameterizedTest
    @MethodSource("wrongBlobs")
    void refusesTheBlobAndWritesNoMoreThanItsBlocks(String problem, OperationType operation, byte[] blob) {
        var manifest = Crafted.manifest(1, BLOCK, blob.length, Crafted.operation(operation.number(), 0, blob, 0, 1));
        assertThatThrownBy(() -> apply(manifest, blob))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining(problem);
        assertThat(Arrays.copyOfRange(target, 4096, target.length))
                .isEqualTo(Contents.filled(target.length - 4096, 0x5A));
    }

    @Test
    void refusesAPartitionThatReadsBackDifferently() {
        var promised = Contents.random(6, 4096);
        assertThatThrownBy(
                        () -> apply(Crafted.manifest(1, promised, 4096, Crafted.operation(0, 0, BLOCK, 0, 1)), BLOCK))
                .asInstanceOf(type(DigestMismatchException.class))
                .satisfies(e -> {
                    assertThat(e.partition()).isEqualTo("p");
                    assertThat(e.expected()).isEqualTo(Sha256Digest.ofContent(promised));
                    assertThat(e.found()).isEqualTo(Sha256Digest.ofContent(BLOCK));
                });
    }

    @Test
    void fillsTheLastBlockOfReplaceWithZerosAndFollowsExtentsInTheirOrder() throws IOException {
        var blob = Contents.random(7, 4096 + 100);
        var content = new byte[2 * 4096];
        System.arraycopy(blob, 0, content, 4096, 4096);
        System.arraycopy(blob, 4096, content, 0, 100);
        apply(Crafted.manifest(2, content, blob.length, Crafted.operation(0, 0, blob, 1, 1, 0, 1)), blob);
        assertThat(Arrays.copyOf(target, content.length)).isEqualTo(content);
    }

    @Test
    void theVerifierComparesPartitionsWhoseBlocksComeInOrderAndSaysWhich() throws IOException {
        var promised = Contents.random(6, 8192);
        var content = Crafted.concat(BLOCK, BLOCK);
        var first = Crafted.operation(0, 0, BLOCK, 0, 1);
        var second = Crafted.operation(0, 4096, BLOCK, 1, 1);
        assertThat(verify(Crafted.manifest(2, content, 8192, first, second)).comparedAll())
                .isTrue();
        assertThatThrownBy(() -> verify(Crafted.manifest(2, promised, 8192, first, second)))
                .isInstanceOf(DigestMismatchException.class)
                .hasMessageContaining("its content has SHA-256");

        var swapped = new ProtoWriter[] {Crafted.operation(0, 0, BLOCK, 1, 1), Crafted.operation(0, 4096, BLOCK, 0, 1)};
        var verified = verify(Crafted.manifest(2, promised, 8192, swapped));
        assertThat(verified.comparedAll()).isFalse();
        assertThat(verified.comparedPartitions()).isEmpty();
    }

    private static PayloadVerifier.Verified verify(ProtoWriter manifest) throws IOException {
        var payload = Crafted.payload(manifest.toByteArray(), Crafted.concat(BLOCK, BLOCK));
        return PayloadVerifier.verify(new ByteArrayInputStream(payload), Keys.trust(Keys.RSA));
    }
}
