package io.bascule.scenarios.bootpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.verity.VeritySalt;
import io.bascule.imagebuilder.verity.VerityWriter;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.IOException;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerityCheckTest {
    private static final int BLOCK = 4096;

    /** The builder's hashes, which cryptsetup checks in its own tests: no level, one, two. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128, 129, 300})
    void agreesWithTheBuilder(int blocks) throws IOException {
        var data = new byte[blocks * BLOCK];
        new Random(blocks).nextBytes(data);
        var hashes =
                new byte[(int) VerityWriter.hashSize(new ByteCount(data.length)).bytes()];
        var usr = new MemoryBlockDevice(data);
        var tree = new MemoryBlockDevice(hashes);
        var root = VerityWriter.write(usr, tree, new UUID(1, 2), VeritySalt.of(new byte[] {1, 2, 3}), 1);
        assertThat(VerityCheck.problem(usr, tree, root)).isEmpty();
        for (var block = 0; block < blocks; block += 37) {
            data[block * BLOCK + 5] ^= 1;
            assertThat(VerityCheck.problem(usr, tree, root)).contains("block " + block + " of /usr is wrong");
            data[block * BLOCK + 5] ^= 1;
        }
        for (var block = 1; block < hashes.length / BLOCK; block++) {
            hashes[block * BLOCK] ^= 1;
            assertThat(VerityCheck.problem(usr, tree, root)).contains("block " + block + " of the hashes is wrong");
            hashes[block * BLOCK] ^= 1;
        }
        hashes[0] = 0;
        assertThat(VerityCheck.problem(usr, tree, root)).contains("there is no dm-verity superblock");
    }
}
