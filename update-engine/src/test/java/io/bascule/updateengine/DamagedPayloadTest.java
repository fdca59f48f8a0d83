package io.bascule.updateengine;

import static io.bascule.updateengine.fixture.TestHost.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.layout.Architecture;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.Signer;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestKeys;
import io.bascule.updateengine.fixture.TestRelease;
import io.bascule.updateengine.host.HostDisk;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Payloads that are not what their release.json is signed for. What their signed metadata shows to be wrong changes nothing
 * at all; what only their blobs show has cost the other slot, and nothing else.
 */
class DamagedPayloadTest {
    private static final int SEED = 99;
    private static final int HEADER = 24;
    private static final int BLOCK = 4096;

    /** RSA with 4096 bits is the default for releases, and its signatures have no padding that could change unseen. */
    private static final KeyPair RSA = KeyAlgorithm.RSA_4096.generate();

    private static final Signer SIGNER = TestKeys.signer(RSA);
    private static final TestRelease V1 = TestRelease.of("1.0.0");
    private static final TestRelease V2 =
            TestRelease.builder("1.1.0").signers(SIGNER).payloadSigners(SIGNER).build();
    private static final TestRelease V3 =
            TestRelease.builder("1.2.0").signers(SIGNER).payloadSigners(SIGNER).build();

    private TestHost host;

    @BeforeEach
    void install(@TempDir Path folder) throws IOException {
        host = TestHost.install(folder, V1);
        Files.writeString(
                host.keyring(), TestKeys.keyring(1, RSA, TestKeys.TRUSTED).toJson());
    }

    /** Nothing is left that is in the way, and not a byte of what runs has changed. */
    @AfterEach
    void nextGoodUpdateSucceeds() throws IOException {
        host.verifyRunningSlot();
        host.updateAndBoot(V2);
    }

    @Test
    void flippedBitInHeaderManifestOrMetadataSignatureTouchesNothing() throws IOException {
        var payload = V2.payload();
        var metadata = metadataSize(payload);
        var before = host.everything();
        var problems = new HashSet<Problem>();
        var random = new Random(SEED);
        for (var position = 0; position < HEADER; position++) {
            problems.add(flip(payload, position, random).problem());
        }
        for (var round = 0; round < 60; round++) {
            problems.add(flip(payload, HEADER + random.nextInt(metadata - HEADER), random)
                    .problem());
        }
        assertThat(problems).isEqualTo(Set.of(Problem.UNTRUSTED, Problem.MALFORMED));
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void flippedBitInABlobOrThePayloadSignatureCostsOnlyTheOtherSlot() throws IOException {
        var payload = V2.payload();
        var metadata = metadataSize(payload);
        var signature = payload.length - signatureSize(payload);
        var random = new Random(SEED);
        for (var round = 0; round < 12; round++) {
            var refusal = flip(payload, metadata + random.nextInt(signature - metadata), random);
            assertThat(refusal.problem()).isEqualTo(Problem.MISMATCH);
            assertThat(refusal).hasMessageContaining("the blob at offset").hasMessageContaining("has SHA-256");
            assertOtherSlotIsPartial();
        }
        for (var round = 0; round < 12; round++) {
            var refusal = flip(payload, signature + random.nextInt(payload.length - signature), random);
            assertThat(refusal.problem()).isIn(Problem.UNTRUSTED, Problem.MALFORMED);
            assertOtherSlotIsPartial();
        }
    }

    private EngineException flip(byte[] payload, int position, Random random) throws IOException {
        var changed = payload.clone();
        changed[position] ^= (byte) (1 << random.nextInt(8));
        try {
            offerWith(changed, V2);
        } catch (EngineException e) {
            return e;
        }
        throw new AssertionError("taken, with a flipped bit in byte " + position + ", seed " + SEED);
    }

    /** As when the copy to a stick was not waited for. */
    @Test
    void shorterFileThanSignedTouchesNothing() throws IOException {
        var payload = V2.payload();
        var before = host.everything();
        for (var length : new int[] {0, 1, HEADER, payload.length / 2, payload.length - 1, payload.length + 1}) {
            assertThat(Refusal.of(Problem.MISMATCH, () -> offerWith(Arrays.copyOf(payload, length), V2)))
                    .hasMessageContaining(
                            "has " + length + " bytes, not the " + payload.length + " it is signed to have");
        }
        assertThat(host.everything()).isEqualTo(before);
    }

    /** Signed by mistake after it was cut: the payload itself must show it, wherever it ends. */
    @Test
    void payloadThatEndsAnywhereIsRefused() throws IOException {
        var payload = V2.payload();
        var metadata = metadataSize(payload);
        var random = new Random(SEED);
        var before = host.everything();
        for (var length : new int[] {1, 3, 4, HEADER - 1, HEADER, HEADER + 1, metadata / 2, metadata - 1}) {
            assertThat(signedCut(length)).hasMessageContaining("cut off after");
            assertThat(host.everything()).isEqualTo(before);
        }
        for (var round = 0; round < 12; round++) {
            assertThat(signedCut(metadata + random.nextInt(payload.length - metadata)))
                    .hasMessageContaining("cut off after");
            assertOtherSlotIsPartial();
        }
        assertThat(signedCut(payload.length - 1)).hasMessageContaining("payload signature");
        assertThat(signedCut(payload.length + 1)).hasMessageContaining("bytes follow the payload signature");
        assertOtherSlotIsPartial();
    }

    private EngineException signedCut(int length) {
        var cut = TestRelease.builder("1.1.0")
                .signers(SIGNER)
                .payload(Arrays.copyOf(V2.payload(), length))
                .build();
        return Refusal.of(Problem.MALFORMED, () -> host.update(cut));
    }

    /** Both are signed by the trusted key, and both are real: only they do not belong together. */
    @Test
    void payloadOfAnotherSignedReleaseTouchesNothing() throws IOException {
        var mixed = TestRelease.builder("1.1.0")
                .signers(SIGNER)
                .payload(V3.payload())
                .build();
        var before = host.everything();
        assertThat(Refusal.of(Problem.MISMATCH, () -> host.update(mixed)))
                .hasMessageContaining("the payload is not that of release 1.1.0: its 'usr' has SHA-256");
        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void payloadWithOtherPartitionsTouchesNothing() throws IOException {
        assertThat(refusedPartitions(partitions -> partitions.put("boot", new byte[BLOCK])))
                .hasMessageContaining("it writes a partition 'boot'");
        assertThat(refusedPartitions(partitions -> partitions.remove("usr-verity")))
                .hasMessageContaining("it has 2 partitions, not 3");
        assertThat(refusedPartitions(partitions -> partitions.remove("uki")))
                .hasMessageContaining("it has 2 partitions, not 3");
        assertThat(refusedPartitions(partitions -> partitions.put("usr", new byte[BLOCK])))
                .hasMessageContaining("its 'usr' has SHA-256");
        assertThat(refusedPartitions(partitions -> partitions.put("uki", new byte[2 * BLOCK])))
                .hasMessageContaining("its 'uki' has SHA-256");
    }

    private EngineException refusedPartitions(Consumer<Map<String, byte[]>> change) throws IOException {
        var release = TestRelease.builder("1.1.0").payloadPartitions(change).build();
        var before = host.everything();
        var refusal = Refusal.of(Problem.MISMATCH, () -> host.update(release));
        assertThat(host.everything()).isEqualTo(before);
        return refusal;
    }

    /** Everything is signed and whole, and yet this kernel would not find its /usr. */
    @Test
    void ukiThatLooksForAnotherUsr() throws IOException {
        var release = TestRelease.builder("1.1.0")
                .commandLine("quiet usrhash=" + V3.rootHash().hex())
                .build();
        assertThat(Refusal.of(Problem.MISMATCH, () -> host.update(release)))
                .hasMessageContaining("its kernel looks for a /usr with root hash "
                        + V3.rootHash().hex());
        assertOtherSlotIsPartial();
        var none = TestRelease.builder("1.1.0").commandLine("quiet").build();
        assertThat(Refusal.of(Problem.MALFORMED, () -> host.update(none))).hasMessageContaining("0 arguments usrhash=");
        assertOtherSlotIsPartial();
    }

    /** Somebody else was quicker to fill the ESP. */
    @Test
    void espThatIsFullAfterAll() throws IOException {
        host.esp().setFull(true);
        assertThat(Refusal.of(Problem.IO, () -> host.update(V2)))
                .hasMessageContaining("cannot be put on the ESP: No space left on device");
        assertOtherSlotIsPartial();
        host.esp().setFull(false);
    }

    /** A disk that does not keep what is written to it. */
    @Test
    void writesThatAreLostShowWhenReadBack() throws IOException {
        var liar = new LyingDisk(host.disk());
        var now = Instant.parse("2026-06-01T00:00:00Z");
        var given = host.host(now, liar, Architecture.X86_64, TestRelease.BOARD);
        var refusal = Refusal.of(Problem.MISMATCH, () -> new UpdateEngine(given).update(host.offer(V2), OPTIONS));
        assertThat(refusal).hasMessageContaining("what was written, read back,");
        assertOtherSlotIsPartial();
    }

    private void offerWith(byte[] payload, TestRelease release) throws IOException {
        var source = host.offer(release);
        Files.write(Path.of(source.name()).resolve(release.payloadName()), payload);
        host.engine().update(source, OPTIONS);
    }

    private void assertOtherSlotIsPartial() throws IOException {
        assertThat(host.entries())
                .as("no .partial, and only the entry that runs")
                .containsExactly(V1.entry(""));
        assertThat(host.next()).isEqualTo("1.0.0");
        var status = host.engine().status();
        assertThat(status.slots().get(1).slot()).isEqualTo(Slot.B);
        assertThat(status.slots().get(1).content()).isEqualTo(Status.Content.PARTIAL);
        assertThat(host.state().pending()).isEmpty();
        assertThat(host.history()).endsWith("interrupted 1.1.0");
        host.verifyRunningSlot();
    }

    /** Header, manifest and metadata signature: three numbers in the header, big-endian. */
    private static int metadataSize(byte[] payload) {
        return (int) (HEADER + ByteBuffer.wrap(payload).getLong(12) + signatureSize(payload));
    }

    private static int signatureSize(byte[] payload) {
        return ByteBuffer.wrap(payload).getInt(20);
    }

    /** Takes writes of partitions and does nothing. */
    private record LyingDisk(HostDisk disk) implements HostDisk {
        @Override
        public String name() {
            return disk.name();
        }

        @Override
        public SectorSize sectorSize() {
            return disk.sectorSize();
        }

        @Override
        public BlockDevice openTable() throws IOException {
            return disk.openTable();
        }

        @Override
        public BlockDevice openPartitionReadOnly(GptTable table, int number) throws IOException {
            return openPartition(table, number);
        }

        @Override
        public BlockDevice openPartition(GptTable table, int number) throws IOException {
            var size = (int) table.size(table.entry(number)).bytes();
            var whole = new MemoryBlockDevice(size);
            return new BlockDevice() {
                @Override
                public ByteCount size() {
                    return whole.size();
                }

                @Override
                public void read(long position, ByteBuffer target) throws IOException {
                    whole.read(position, target);
                }

                @Override
                public void write(long position, ByteBuffer source) {
                    source.position(source.limit());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
        }
    }
}
