package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.recompress.Cluster;
import io.bascule.signing.Sha256Digest;
import io.bascule.testsupport.Words;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Payloads that are made from, and applied to, old contents. */
class DeltaPayloadTest {
    private static final int BLOCK = PayloadFormat.BLOCK_SIZE;

    private static final PayloadVerifier.Scratch SCRATCH = partition ->
            Optional.of(new MemoryBlockDevice((int) partition.size().bytes()));

    @TempDir
    private Path folder = Path.of("");

    private byte[] delta(byte[] old, byte[] content) throws Exception {
        return delta(
                new PartitionImage("usr", new MemoryBlockDevice(content), Optional.of(new MemoryBlockDevice(old))));
    }

    private byte[] delta(PartitionImage usr) throws Exception {
        var out = new ByteArrayOutputStream();
        new PayloadWriter(Keys.signers(Keys.RSA), folder, 2)
                .write(
                        List.of(usr, new PartitionImage("uki", new MemoryBlockDevice(Contents.digits(9, 3 * BLOCK)))),
                        OptionalLong.empty(),
                        out);
        return out.toByteArray();
    }

    private static byte[] apply(byte[] payload, byte[] old, int size) throws Exception {
        var usr = Contents.filled(size + BLOCK, 0x5A);
        var targets = Map.<String, BlockDevice>of(
                "usr", new MemoryBlockDevice(usr), "uki", new MemoryBlockDevice(new byte[3 * BLOCK]));
        PayloadApplier.open(new ByteArrayInputStream(payload), Keys.trust(Keys.RSA))
                .applyTo(targets, Map.of("usr", new MemoryBlockDevice(old)), PayloadProgress.NONE);
        return Arrays.copyOf(usr, size);
    }

    private static List<OperationType> types(byte[] payload) throws Exception {
        return PayloadInspector.inspect(new ByteArrayInputStream(payload))
                .manifest()
                .partitions()
                .getFirst()
                .operations()
                .stream()
                .map(InstallOperation::type)
                .toList();
    }

    /** Blocks are moved, dropped, made zero, changed, and new ones come in between. */
    private static byte[] edited(byte[] old, Random random) {
        var out = new ByteArrayOutputStream();
        for (var at = 0; at < old.length; ) {
            var count = Math.min(old.length - at, BLOCK * (1 + random.nextInt(40)));
            switch (random.nextInt(8)) {
                case 0 -> out.writeBytes(Contents.random(random.nextInt(), BLOCK * (1 + random.nextInt(8))));
                case 1 -> out.writeBytes(new byte[BLOCK * (1 + random.nextInt(8))]);
                case 2 -> {
                    var changed = Arrays.copyOfRange(old, at, at + count);
                    changed[random.nextInt(count)]++;
                    out.writeBytes(changed);
                }
                case 3 -> {
                    var from = random.nextInt(old.length / BLOCK) * BLOCK;
                    out.write(old, from, Math.min(count, old.length - from));
                }
                case 4 -> {}
                default -> out.write(old, at, count);
            }
            at += count;
        }
        return out.size() == 0 ? new byte[BLOCK] : out.toByteArray();
    }

    @Test
    void whatIsMadeOfTheOldIsTheNew() throws Exception {
        var random = new Random(3);
        for (var round = 0; round < 12; round++) {
            var old = round % 2 == 0 ? Contents.digits(round, 300 * BLOCK) : Contents.random(round, 300 * BLOCK);
            var content = edited(old, random);
            var payload = delta(old, content);
            assertThat(apply(payload, old, content.length))
                    .as("round %d", round)
                    .isEqualTo(content);
            var sources = Map.<String, BlockDevice>of("usr", new MemoryBlockDevice(old));
            var keys = Keys.trust(Keys.RSA);
            var verified = PayloadVerifier.verify(
                    new ByteArrayInputStream(payload), keys, sources, SCRATCH, PayloadProgress.NONE);
            assertThat(verified.comparedAll()).isTrue();
            assertThat(PayloadVerifier.verify(new ByteArrayInputStream(payload), keys)
                            .comparedPartitions())
                    .containsExactly("uki");
        }
    }

    @Test
    void whatIsThereIsNotSent() throws Exception {
        var old = Contents.random(1, 2000 * BLOCK);
        var content = old.clone();
        content[700 * BLOCK]++;
        var payload = delta(old, content);
        assertThat(types(payload)).containsExactly(OperationType.SOURCE_BSDIFF, OperationType.SOURCE_COPY);
        assertThat(payload.length).isLessThan(10_000);
        assertThat(types(delta(old, old))).containsExactly(OperationType.SOURCE_COPY);
        assertThat(types(delta(old, new byte[50 * BLOCK]))).containsExactly(OperationType.ZERO);
        assertThat(types(delta(old, Contents.random(2, 50 * BLOCK)))).containsExactly(OperationType.REPLACE);
    }

    /** Of a large content only the neighbourhood is searched. */
    @Test
    void changesInALargeContentArePatchedFromNearby() throws Exception {
        var old = Contents.random(1, 40 << 20);
        var content = old.clone();
        for (var block = 5; block < old.length / BLOCK; block += 501) {
            content[block * BLOCK + block % 4000]++;
        }
        var payload = delta(old, content);
        assertThat(types(payload)).containsExactly(OperationType.SOURCE_BSDIFF, OperationType.SOURCE_COPY);
        assertThat(payload.length).isLessThan(8_000);
        assertThat(apply(payload, old, content.length)).isEqualTo(content);
    }

    /** Two versions of a file, compressed, in one content: every cluster of it is another. */
    @Test
    void whatIsCompressedIsPatchedInside() throws Exception {
        var before = Words.of(5, 300_000);
        var after = new ByteArrayOutputStream();
        after.write(before, 0, 500);
        after.writeBytes(Contents.digits(3, 50));
        after.write(before, 500, before.length - 500);
        var old = Cluster.pack(before);
        var content = Cluster.pack(after.toByteArray());
        var resemblance = new Resemblance(Cluster.ENCODER, content.parts(), old.parts());
        // Named twice, as a file with two names is, and one that the old content has nothing of.
        var image = new PartitionImage(
                "usr",
                new MemoryBlockDevice(content.blocks()),
                Optional.of(new MemoryBlockDevice(old.blocks())),
                List.of(resemblance, resemblance, new Resemblance(Cluster.ENCODER, List.of(), old.parts())));
        var payload = delta(image);
        assertThat(types(payload)).containsExactly(OperationType.RECOMPRESS);
        assertThat(payload.length).isLessThan(8_000);
        assertThat(delta(image)).isEqualTo(payload);
        assertThat(apply(payload, old.blocks(), content.blocks().length)).isEqualTo(content.blocks());
        var standard = delta(old.blocks(), content.blocks());
        assertThat(standard.length).isGreaterThan(40_000);
        assertThat(types(standard)).doesNotContain(OperationType.RECOMPRESS);
    }

    @Test
    void onlyOurMinorVersionHasOperationsOfOurs() throws Exception {
        var old = Cluster.pack(Words.of(5, 100_000));
        var content = Cluster.pack(Words.of(5, 100_001));
        var payload = delta(new PartitionImage(
                "usr",
                new MemoryBlockDevice(content.blocks()),
                Optional.of(new MemoryBlockDevice(old.blocks())),
                List.of(new Resemblance(Cluster.ENCODER, content.parts(), old.parts()))));
        var metadata = PayloadMetadata.read(new PayloadInput(new ByteArrayInputStream(payload)));
        assertThat(ManifestReader.decode(metadata.manifest(), 24).isExtended()).isTrue();
        var other = metadata.manifest().clone();
        var at = 0;
        // Field 12, the minor version, is right behind the size of the signatures.
        while (other[at] != 0x60 || other[at + 1] != 100) {
            at++;
        }
        other[at + 1] = 6;
        assertThatThrownBy(() -> ManifestReader.decode(other, 24))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("RECOMPRESS in a payload of minor version 6");
    }

    /** As compressed sections of a kernel image do when the ones before them get longer. */
    @Test
    void whatMovedByAFewBytesIsPatched() throws Exception {
        var old = Contents.random(1, 1000 * BLOCK);
        var content = new byte[old.length];
        System.arraycopy(old, 0, content, 0, 5000);
        System.arraycopy(old, 5000, content, 5512, old.length - 5512);
        var payload = delta(old, content);
        assertThat(types(payload)).containsExactly(OperationType.SOURCE_BSDIFF, OperationType.SOURCE_COPY);
        assertThat(payload.length).isLessThan(20_000);
        assertThat(apply(payload, old, content.length)).isEqualTo(content);
    }

    @Test
    void equalInputsGiveEqualBytesWhateverTheThreads() throws Exception {
        var old = Contents.digits(1, 500 * BLOCK);
        var content = edited(old, new Random(8));
        assertThat(delta(old, content)).isEqualTo(delta(old, content));
    }

    @Test
    void anOldContentOfOneOtherBitIsRefused() throws Exception {
        var old = Contents.digits(1, 100 * BLOCK);
        var content = edited(old, new Random(5));
        var payload = delta(old, content);
        var other = old.clone();
        var copied =
                PayloadInspector.inspect(new ByteArrayInputStream(payload))
                        .manifest()
                        .partitions()
                        .getFirst()
                        .operations()
                        .stream()
                        .flatMap(operation -> operation.source().stream())
                        .flatMap(source -> source.extents().stream())
                        .findFirst()
                        .orElseThrow();
        other[(int) copied.startBlock() * BLOCK + 77] ^= 4;
        assertThatThrownBy(() -> apply(payload, other, content.length))
                .isInstanceOf(SourceMismatchException.class)
                .hasMessageContaining(
                        "the old content of partition 'usr' does not fit this delta payload: blocks from ");
    }

    @Test
    void withoutAnOldContentNothingIsTouched() throws Exception {
        var old = Contents.digits(1, 100 * BLOCK);
        var payload = delta(old, old);
        var usr = Contents.filled(100 * BLOCK, 0x5A);
        var targets = Map.<String, BlockDevice>of(
                "usr", new MemoryBlockDevice(usr), "uki", new MemoryBlockDevice(new byte[3 * BLOCK]));
        var applier = PayloadApplier.open(new ByteArrayInputStream(payload), Keys.trust(Keys.RSA));
        assertThatThrownBy(() -> applier.applyTo(targets, PayloadProgress.NONE))
                .isInstanceOf(SourceMismatchException.class)
                .hasMessageContaining("there is none");
        var shorter = Map.<String, BlockDevice>of("usr", new MemoryBlockDevice(new byte[99 * BLOCK]));
        assertThatThrownBy(() -> applier.applyTo(targets, shorter, PayloadProgress.NONE))
                .isInstanceOf(SourceMismatchException.class)
                .hasMessageContaining("it has 405504 bytes, at least 409600 are needed");
        assertThat(usr).containsOnly(0x5A);
    }

    static Stream<Arguments> wrongManifests() {
        var content = new byte[BLOCK];
        return Stream.of(
                Arguments.of("block 4 is beyond the 4 that its old content has", Crafted.copy(3, 2, 0, 2, content)),
                Arguments.of("1 blocks are to be copied to 2 blocks", Crafted.copy(3, 1, 0, 2, content)),
                Arguments.of("src_sha256_hash", Crafted.copy(2, 2, 0, 2, new byte[0])),
                Arguments.of("SOURCE_COPY needs a source", Crafted.withoutSource(4, 0, 2)),
                Arguments.of("ZERO has no source", Crafted.zeroWithSource()));
    }

    @ParameterizedTest
    @MethodSource("wrongManifests")
    void refusesTheManifest(String problem, ProtoWriter operation) {
        var manifest = Crafted.delta(4, 2, new byte[2 * BLOCK], 0, operation)
                .varint(ProtoField.MANIFEST_MINOR_VERSION, 6)
                .toByteArray();
        var payload = Crafted.payload(manifest, new byte[0]);
        assertThatThrownBy(() -> PayloadApplier.open(new ByteArrayInputStream(payload), Keys.trust(Keys.RSA)))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void theOldContentIsDescribed() throws Exception {
        var old = Contents.digits(1, 10 * BLOCK);
        var partition = PayloadInspector.inspect(new ByteArrayInputStream(delta(old, new byte[BLOCK])))
                .manifest()
                .partitions()
                .getFirst();
        assertThat(partition.old().orElseThrow().hash()).isEqualTo(Sha256Digest.ofContent(old));
        assertThat(partition.old().orElseThrow().size().bytes()).isEqualTo(old.length);
    }
}
