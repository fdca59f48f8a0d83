package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Changes bytes under a signature that is right again, and wants contents or an exception of the domain. */
class PayloadFuzzTest {
    private static final int SEED = 3001;

    private static byte[] mutate(byte[] bytes, Random random) {
        var changed = bytes.clone();
        for (var i = 1 + random.nextInt(4); i > 0; i--) {
            var at = random.nextInt(changed.length);
            switch (random.nextInt(5)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) 0xFF;
                case 2 -> changed[at] = (byte) random.nextInt();
                case 3 -> {
                    var length = random.nextInt(Math.min(16, changed.length - at));
                    System.arraycopy(bytes, random.nextInt(bytes.length - length), changed, at, length);
                }
                default -> changed = Arrays.copyOf(changed, Math.max(1, changed.length - random.nextInt(4)));
            }
        }
        return changed;
    }

    @Test
    void survivesMutatedManifests() {
        var random = new Random(SEED);
        var block = new byte[4096];
        var pristine = Crafted.manifest(
                        4,
                        block,
                        3 * 4096,
                        Crafted.operation(0, 0, block, 0, 1),
                        Crafted.operation(0, 4096, block, 1, 1),
                        Crafted.operation(8, 8192, block, 2, 1, 3, 1))
                .toByteArray();
        var refused = 0;
        var rounds = 50_000;
        for (var round = 0; round < rounds; round++) {
            try {
                var manifest = ManifestReader.decode(mutate(pristine, random), 24);
                // Whatever is read can be written, and reads the same.
                assertThat(ManifestReader.decode(ManifestWriter.encode(manifest), 24))
                        .isEqualTo(manifest);
            } catch (MalformedFormatException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
        }
        assertThat(refused).isBetween(rounds / 10, rounds - rounds / 10);
    }

    @Test
    void survivesMutatedBlobs() throws IOException {
        var content = Contents.digits(SEED, 16 * 4096);
        for (var type : new OperationType[] {OperationType.REPLACE_BZ, OperationType.REPLACE_XZ}) {
            var random = new Random(SEED);
            var pristine = BlobEncoder.encode(type, content);
            var target = new byte[17 * 4096];
            for (var round = 0; round < 1000; round++) {
                var blob = mutate(pristine, random);
                var manifest =
                        Crafted.manifest(16, content, blob.length, Crafted.operation(type.number(), 0, blob, 0, 16));
                try {
                    Contents.apply(
                            new ByteArrayInputStream(Crafted.payload(manifest.toByteArray(), blob)),
                            Keys.trust(Keys.RSA),
                            Map.of("p", new MemoryBlockDevice(target)));
                    assertThat(Arrays.copyOf(target, content.length)).isEqualTo(content);
                } catch (MalformedFormatException | PayloadException e) {
                    assertThat(Arrays.copyOfRange(target, content.length, target.length))
                            .isEqualTo(new byte[4096]);
                } catch (RuntimeException e) {
                    throw new AssertionError(type + ", seed " + SEED + ", round " + round, e);
                }
            }
        }
    }
}
