package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.signing.KeySigner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was right when it was signed, and is not any more. No such change is harmless. */
class ChangedPayloadTest {
    private static final byte[] OLD = Contents.filled(8192, 0x5A);

    @TempDir
    private Path folder;

    private final byte[] target = OLD.clone();

    /** Two operations would need 2 MiB; one xz blob of 80 bytes keeps it small enough to try every bit. */
    private byte[] payload(KeyPair key) throws IOException {
        return Contents.write(folder, KeySigner.of(key), Contents.image("p", Contents.filled(OLD.length, 'x')));
    }

    private void apply(byte[] payload, KeyPair key) throws IOException {
        Contents.apply(new ByteArrayInputStream(payload), Keys.trust(key), Map.of("p", new MemoryBlockDevice(target)));
    }

    private static int dataStart(byte[] payload) {
        var header = ByteBuffer.wrap(payload);
        return (int) (24 + header.getLong(12) + header.getInt(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void refusesEveryFlippedBit(String algorithm) throws IOException {
        var key = algorithm.equals("RSA") ? Keys.RSA : Keys.EC;
        var pristine = payload(key);
        apply(pristine, key);
        assertThat(target).isEqualTo(Contents.filled(OLD.length, 'x'));
        var blobStart = dataStart(pristine);
        for (var bit = 0; bit < pristine.length * 8; bit++) {
            System.arraycopy(OLD, 0, target, 0, OLD.length);
            var changed = pristine.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(catchThrowable(() -> apply(changed, key)))
                    .as("bit %d", bit)
                    .isInstanceOfAny(MalformedFormatException.class, PayloadException.class);
            var blobsEnd = pristine.length - (blobStart - 24 - manifestSize(pristine));
            if (bit / 8 < blobsEnd) {
                // In the metadata or the blob: not even the target knows.
                assertThat(target).as("bit %d", bit).isEqualTo(OLD);
            }
        }
    }

    private static int manifestSize(byte[] payload) {
        return (int) ByteBuffer.wrap(payload).getLong(12);
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        var whole = payload(Keys.RSA);
        for (var length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            var as = length;
            assertThatThrownBy(() -> apply(cut, Keys.RSA))
                    .as("cut after %d", as)
                    .asInstanceOf(type(MalformedFormatException.class))
                    .satisfies(e -> {
                        assertThat(e).hasMessageContaining("cut off after");
                        assertThat(e.byteOffset()).isLessThanOrEqualTo(as);
                    });
            if (length < dataStart(whole)) {
                assertThat(target).as("cut after %d", as).isEqualTo(OLD);
            }
        }
    }

    @Test
    void refusesBytesBehindTheEnd() throws IOException {
        var whole = payload(Keys.RSA);
        assertThatThrownBy(() -> apply(Arrays.copyOf(whole, whole.length + 1), Keys.RSA))
                .asInstanceOf(type(MalformedFormatException.class))
                .satisfies(e -> assertThat(e.byteOffset()).isEqualTo(whole.length));
    }

    @Test
    void refusesForeignKeysAndTouchesNothing() throws IOException {
        var payload = payload(Keys.FOREIGN);
        for (var key : new KeyPair[] {Keys.RSA, Keys.EC}) {
            assertThatThrownBy(() -> apply(payload, key))
                    .asInstanceOf(type(UntrustedSignatureException.class))
                    .satisfies(e -> {
                        assertThat(e.region()).isEqualTo(SignedRegion.METADATA);
                        assertThat(e.validCount()).isZero();
                    });
        }
        assertThat(target).isEqualTo(OLD);
    }

    @Test
    void refusesAPayloadSignatureOfOtherMetadata() throws IOException {
        var one = payload(Keys.RSA);
        var other =
                Contents.write(folder, KeySigner.of(Keys.RSA), Contents.image("q", Contents.filled(OLD.length, 'x')));
        System.arraycopy(other, other.length - 267, one, one.length - 267, 267);
        assertThatThrownBy(() -> apply(one, Keys.RSA))
                .asInstanceOf(type(UntrustedSignatureException.class))
                .satisfies(e -> assertThat(e.region()).isEqualTo(SignedRegion.PAYLOAD));
    }

    @Test
    void refusesHugeSizesInTheHeaderWithoutTakingMemory() {
        for (var size : new long[] {(8 << 20) + 1, Integer.MAX_VALUE, Long.MAX_VALUE, -1, -24}) {
            var header = ByteBuffer.allocate(24)
                    .putInt(0x43724155)
                    .putLong(2)
                    .putLong(size)
                    .putInt(267);
            assertThatThrownBy(() -> apply(header.array(), Keys.RSA)).hasMessageContaining("manifest size");
        }
        for (var size : new int[] {(64 << 10) + 1, Integer.MAX_VALUE, -1}) {
            var header = ByteBuffer.allocate(24)
                    .putInt(0x43724155)
                    .putLong(2)
                    .putLong(100)
                    .putInt(size);
            assertThatThrownBy(() -> apply(header.array(), Keys.RSA)).hasMessageContaining("metadata signature size");
        }
    }
}
