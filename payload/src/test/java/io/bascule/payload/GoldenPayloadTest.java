package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.signing.KeySigner;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A payload written down byte by byte from the specification: both directions must agree with it. */
class GoldenPayloadTest {
    private static final byte[] CONTENT = Contents.random(8, 4096);
    private static final String HASH = Sha256Digest.ofContent(CONTENT).toString();

    private static final String MANIFEST = ""
            + "18 8020" // block_size 4096
            + "20 8020" // signatures_offset 4096
            + "28 8b02" // signatures_size 267
            + "60 00" // minor_version 0
            + "6a 5b" // partitions: 91 bytes
            + "  0a 01 70" // partition_name "p"
            + "  3a 25  08 8020  12 20 " + HASH // new_partition_info: size 4096, hash
            + "  42 2f" // operations: 47 bytes
            + "    08 00" // type REPLACE
            + "    10 00" // data_offset 0
            + "    18 8020" // data_length 4096
            + "    32 04  08 00  10 01" // dst_extents: from block 0, 1 block
            + "    42 20 " + HASH; // data_sha256_hash

    private static final byte[] GOLDEN = Crafted.payload(HexFormat.of().parseHex(MANIFEST.replace(" ", "")), CONTENT);

    @TempDir
    private Path folder;

    @Test
    void writesIt() throws IOException {
        var signer = KeySigner.of(Keys.RSA);
        assertThat(Contents.write(folder, signer, Contents.image("p", CONTENT))).isEqualTo(GOLDEN);
    }

    @Test
    void appliesIt() throws IOException {
        var target = new byte[CONTENT.length];
        Contents.apply(
                new ByteArrayInputStream(GOLDEN), Keys.trust(Keys.RSA), Map.of("p", new MemoryBlockDevice(target)));
        assertThat(target).isEqualTo(CONTENT);
    }
}
