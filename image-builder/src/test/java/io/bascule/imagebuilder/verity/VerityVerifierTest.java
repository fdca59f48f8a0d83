package io.bascule.imagebuilder.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.layout.RootHash;
import java.io.IOException;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerityVerifierTest {
    private static final int BLOCKS = 300;
    private static final UUID ID = new UUID(1, 2);

    private final byte[] data = new byte[BLOCKS * VerityFormat.BLOCK];
    private final byte[] hash = new byte[5 * VerityFormat.BLOCK];
    private RootHash root = RootHash.of(new byte[32]);

    @BeforeEach
    void writeHashes() throws IOException {
        new Random(7).nextBytes(data);
        root = write(hash, 2);
    }

    private RootHash write(byte[] target, int threads) throws IOException {
        return VerityWriter.write(
                new MemoryBlockDevice(data),
                new MemoryBlockDevice(target),
                ID,
                VeritySalt.of(new byte[] {1, 2, 3}),
                threads);
    }

    private VerityVerdict verify() throws IOException {
        return VerityVerifier.verify(new MemoryBlockDevice(data), new MemoryBlockDevice(hash), root, 2);
    }

    @Test
    void numberOfThreadsDoesNotChangeTheHashes() throws IOException {
        var again = new byte[hash.length];
        assertThat(write(again, 1)).isEqualTo(root);
        assertThat(again).isEqualTo(hash);
        assertThat(verify()).isEqualTo(new VerityVerdict.Intact());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "129,4095", "299,17"})
    void findsTheFirstBadDataBlock(int block, int offset) throws IOException {
        data[block * VerityFormat.BLOCK + offset] ^= 1;
        data[data.length - 1] ^= 1;
        assertThat(verify()).isEqualTo(new VerityVerdict.BadDataBlock(block));
    }

    /** Block 1 is the root, blocks 2 to 4 have the digests of data; the end of the last is padding. */
    @ParameterizedTest
    @CsvSource({"1,0", "1,4095", "2,0", "3,1000", "4,4095"})
    void findsTheFirstBadHashBlock(int block, int offset) throws IOException {
        hash[block * VerityFormat.BLOCK + offset] ^= 1;
        assertThat(verify()).isEqualTo(new VerityVerdict.BadHashBlock(block));
    }

    @Test
    void anotherRootHashMakesTheRootBlockBad() throws IOException {
        root = RootHash.of(new byte[32]);
        assertThat(verify()).isEqualTo(new VerityVerdict.BadHashBlock(1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, signature",
        "8, version",
        "12, hash_type",
        "32, algorithm",
        "64, data_block_size",
        "68, hash_block_size",
        "76, data_blocks",
        "79, data_blocks",
        "81, salt_size"
    })
    void refusesSuperblocksOfOtherKinds(int offset, String field) {
        hash[offset] ^= (byte) 0x82;
        assertThatThrownBy(this::verify)
                .isInstanceOfSatisfying(
                        MalformedFormatException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void refusesDataThatIsNotWholeBlocks() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerityWriter.write(
                        new MemoryBlockDevice(5000), new MemoryBlockDevice(hash), ID, VeritySalt.of(new byte[0]), 1))
                .withMessageContaining("5000");
    }

    @Test
    void halvesOfTheRootHashArePartitionUuids() {
        var hex = "00112233445566778899aabbccddeeff" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        assertThat(new RootHash(hex).dataPartition()).hasToString("00112233-4455-6677-8899-aabbccddeeff");
        assertThat(new RootHash(hex).hashPartition()).hasToString("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
        assertThat(RootHash.of(new RootHash(hex).bytes()).hex()).isEqualTo(hex);
    }
}
