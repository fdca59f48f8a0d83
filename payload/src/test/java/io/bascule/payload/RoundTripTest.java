package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.signing.KeySigner;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
    private static final int CHUNK = 2 << 20;
    private static final byte[] USR = Crafted.concat(
            Contents.random(1, CHUNK), Contents.digits(2, CHUNK), Contents.repetition(3, CHUNK), new byte[5 * 4096]);
    private static final byte[] VERITY = Contents.random(4, 4096);

    @TempDir
    private Path folder;

    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of(Keys.RSA, 267),
                Arguments.of(Keys.rsa(4096), 523),
                // 72 for the signature, and without the second byte of both lengths.
                Arguments.of(Keys.EC, 81));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void whatIsAppliedIsWhatWasWritten(KeyPair key, int signaturesSize) throws IOException {
        var usr = Contents.digits(5, 10 * 4096);
        var out = new ByteArrayOutputStream();
        var written = new PayloadWriter(List.of(KeySigner.of(key)), folder, 2)
                .write(
                        List.of(Contents.image("usr", usr), Contents.image("usr-verity", VERITY)),
                        OptionalLong.of(1_700_000_000),
                        out);
        var slack = 8192;
        var usrTarget = Contents.filled(usr.length + slack, 0x5A);
        var verityTarget = Contents.filled(VERITY.length, 0x5A);

        var applied = Contents.apply(
                new ByteArrayInputStream(out.toByteArray()),
                Keys.trust(key),
                Map.of("usr", new MemoryBlockDevice(usrTarget), "usr-verity", new MemoryBlockDevice(verityTarget)));

        assertThat(applied).isEqualTo(written);
        assertThat(applied.maxTimestamp()).hasValue(1_700_000_000);
        assertThat(applied.signaturesSize()).isEqualTo(signaturesSize);
        assertThat(usrTarget).isEqualTo(Crafted.concat(usr, Contents.filled(slack, 0x5A)));
        assertThat(verityTarget).isEqualTo(VERITY);
        var verified = PayloadVerifier.verify(new ByteArrayInputStream(out.toByteArray()), Keys.trust(key));
        assertThat(verified.manifest()).isEqualTo(written);
        assertThat(verified.comparedAll()).isTrue();
        var claims = PayloadInspector.inspect(new ByteArrayInputStream(out.toByteArray()));
        assertThat(claims.manifest()).isEqualTo(written);
        assertThat(claims.signatureCount()).isEqualTo(1);
        assertThat(claims.size()).isEqualTo(out.size());
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void takesTheSmallestFormOfEachChunkWithAnyNumberOfThreads() throws IOException {
        var images = List.of(Contents.image("usr", USR), Contents.image("usr-verity", VERITY));
        var signers = Keys.signers(Keys.RSA);
        var one = new ByteArrayOutputStream();
        var three = new ByteArrayOutputStream();
        var manifest = new PayloadWriter(signers, folder, 1).write(images, OptionalLong.empty(), one);
        new PayloadWriter(signers, folder, 3).write(images, OptionalLong.empty(), three);

        assertThat(three.toByteArray()).isEqualTo(one.toByteArray());
        assertThat(manifest.partitions().getFirst().operations())
                .extracting(InstallOperation::type)
                .containsExactly(
                        OperationType.REPLACE,
                        OperationType.REPLACE_BZ,
                        OperationType.REPLACE_XZ,
                        OperationType.REPLACE_BZ);
        var usr = new byte[USR.length];
        var targets = Map.<String, BlockDevice>of(
                "usr", new MemoryBlockDevice(usr), "usr-verity", new MemoryBlockDevice(VERITY.length));
        Contents.apply(new ByteArrayInputStream(one.toByteArray()), Keys.trust(Keys.RSA), targets);
        assertThat(usr).isEqualTo(USR);
    }

    @Test
    void aThresholdCountsDifferentKeys() throws IOException {
        var rsa = KeySigner.of(Keys.RSA);
        var ec = KeySigner.of(Keys.EC);
        var both = new TrustedKeys(Set.of(Keys.RSA.getPublic(), Keys.EC.getPublic()), 2);
        assertThat(verify(both, rsa, ec).partitions()).hasSize(1);
        assertThatThrownBy(() -> verify(both, rsa, rsa))
                .asInstanceOf(type(UntrustedSignatureException.class))
                .satisfies(e -> {
                    assertThat(e.region()).isEqualTo(SignedRegion.METADATA);
                    assertThat(e.threshold()).isEqualTo(2);
                    assertThat(e.validCount()).isEqualTo(1);
                    assertThat(e.signatureCount()).isEqualTo(2);
                });
    }

    private PayloadManifest verify(TrustedKeys keys, Signer... signers) throws IOException {
        var out = new ByteArrayOutputStream();
        new PayloadWriter(List.of(signers), folder, 1)
                .write(List.of(Contents.image("usr-verity", VERITY)), OptionalLong.empty(), out);
        return PayloadVerifier.verify(new ByteArrayInputStream(out.toByteArray()), keys)
                .manifest();
    }

    @Test
    void refusesMissingAndTooSmallTargetsBeforeItWrites() throws IOException {
        var payload = Contents.write(
                folder,
                KeySigner.of(Keys.RSA),
                Contents.image("usr-verity", VERITY),
                Contents.image("usr", new byte[8192]));
        var verity = Contents.filled(VERITY.length, 0x5A);
        for (var available : new int[] {0, 4096}) {
            var targets = new HashMap<String, BlockDevice>();
            targets.put("usr-verity", new MemoryBlockDevice(verity));
            if (available > 0) {
                targets.put("usr", new MemoryBlockDevice(available));
            }
            assertThatThrownBy(() -> Contents.apply(new ByteArrayInputStream(payload), Keys.trust(Keys.RSA), targets))
                    .asInstanceOf(type(TargetMismatchException.class))
                    .satisfies(e -> {
                        assertThat(e.partition()).isEqualTo("usr");
                        assertThat(e.needed().bytes()).isEqualTo(8192);
                        assertThat(e.available().bytes()).isEqualTo(available);
                    });
        }
        assertThat(verity).isEqualTo(Contents.filled(VERITY.length, 0x5A));
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        var size = CHUNK + 4096;
        var written = new ArrayList<Long>();
        var out = new ByteArrayOutputStream();
        new PayloadWriter(Keys.signers(Keys.RSA), folder, 2)
                .write(
                        List.of(Contents.image("usr", Contents.random(6, size)), Contents.image("usr-verity", VERITY)),
                        OptionalLong.empty(),
                        out,
                        (done, total) -> {
                            assertThat(total).isEqualTo(size + 4096L);
                            written.add(done);
                        });
        assertThat(written).containsExactly((long) CHUNK, (long) size, size + 4096L);

        var applied = new ArrayList<Long>();
        var readBack = new ArrayList<Long>();
        var applier = PayloadApplier.open(new ByteArrayInputStream(out.toByteArray()), Keys.trust(Keys.RSA));
        assertThat(applier.manifest().partitions())
                .extracting(PartitionUpdate::name)
                .containsExactly("usr", "usr-verity");
        var targets = Map.<String, BlockDevice>of(
                "usr", new MemoryBlockDevice(size), "usr-verity", new MemoryBlockDevice(4096));
        applier.applyTo(targets, new PayloadProgress() {
            @Override
            public void blocks(long done, long total) {
                assertThat(total).isEqualTo(size + 4096L);
                assertThat(readBack).isEmpty();
                applied.add(done);
            }

            @Override
            public void readingBack(long done, long total) {
                assertThat(total).isEqualTo(size + 4096L);
                readBack.add(done);
            }
        });
        assertThat(applied).containsExactly((long) CHUNK, (long) size, size + 4096L);
        assertThat(readBack).isSorted().endsWith(size + 4096L);
        assertThatThrownBy(() -> applier.applyTo(targets, PayloadProgress.NONE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void doesNotTryToCompressWhatIsCompressedAlready() throws IOException {
        var compressed = BlobEncoder.encode(OperationType.REPLACE_XZ, Contents.digits(7, CHUNK));
        assertThat(BlobEncoder.isEven(compressed)).isTrue();
        assertThat(BlobEncoder.isEven(Contents.random(8, 4096))).isTrue();
        assertThat(BlobEncoder.isEven(Contents.digits(9, 4096))).isFalse();
        assertThat(BlobEncoder.isEven(new byte[4096])).isFalse();
        // Exactly twice as likely: 128 values, each as often as the others.
        var half = new byte[4096];
        for (var i = 0; i < half.length; i++) {
            half[i] = (byte) (i % 128);
        }
        assertThat(BlobEncoder.isEven(half)).isFalse();
        half[0] = (byte) 200;
        assertThat(BlobEncoder.isEven(half)).isTrue();
    }

    @Test
    void refusesWhatItCannotWrite() {
        var signers = Keys.signers(Keys.RSA);
        var writer = new PayloadWriter(signers, folder, 1);
        var twice = List.of(Contents.image("usr", new byte[4096]), Contents.image("usr", new byte[4096]));
        assertThatThrownBy(() -> writer.write(twice, OptionalLong.empty(), new ByteArrayOutputStream()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'usr'");
        assertThatThrownBy(() -> Contents.image("usr", new byte[4097])).hasMessageContaining("4097");
        assertThatThrownBy(() -> Contents.image("usr", new byte[0])).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> Contents.image("a/b", new byte[4096])).hasMessageContaining("'a/b'");
        assertThatThrownBy(() -> new PayloadWriter(List.of(), folder, 1)).hasMessageContaining("0 signers");
        assertThatThrownBy(() -> new PayloadWriter(signers, folder, 0)).hasMessageContaining("0");
        assertThatThrownBy(() -> KeySigner.of(Keys.ec("secp384r1"))).hasMessageContaining("P-256");
        assertThatThrownBy(() -> new TrustedKeys(Set.of(Keys.RSA.getPublic()), 2))
                .hasMessageContaining("2");
        assertThatThrownBy(() -> new TrustedKeys(Set.of(), 0)).hasMessageContaining("0");
    }
}
