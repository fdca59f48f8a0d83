package io.bascule.updateengine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.payload.ContentHash;
import io.bascule.payload.PartitionImage;
import io.bascule.payload.PayloadWriter;
import io.bascule.signing.SignedDocument;
import io.bascule.updateengine.fixture.EngineProcess;
import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.fixture.TestKeys;
import io.bascule.updateengine.fixture.TestRelease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as hosts start it, with 64 MiB of heap, takes a release of 300 MiB with a UKI of 40. */
class BoundedMemoryTest {
    private static final long USR_SIZE = 300L << 20;
    private static final int VERITY_SIZE = 3 << 20;
    private static final int KERNEL_SIZE = 40 << 20;
    private static final String VERSION = "1.1.0";

    @Test
    void sixtyFourMebibytesAreEnough(@TempDir Path folder) throws IOException, InterruptedException {
        var host = TestHost.install(folder.resolve("host"), TestRelease.of("1.0.0"), USR_SIZE, VERITY_SIZE);
        var usr = new Pattern(USR_SIZE);
        var rootHash = new RootHash(ContentHash.of(usr).toString());
        var release = Files.createDirectory(folder.resolve("release"));
        write(release, usr, rootHash);

        var process = EngineProcess.update(host, release, false, "-Xmx64m");
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();

        assertThat(host.entries()).contains(TestRelease.BOARD + "_" + VERSION + "+3-0.efi");
        var table = host.table();
        assertThat(table.entry(4).unique()).isEqualTo(rootHash.dataPartition());
        try (var disk = FileBlockDevice.openReadOnly(host.disk().image())) {
            assertThat(ContentHash.of(table.open(disk, table.entry(4))).toString())
                    .isEqualTo(rootHash.hex());
        }
        host.verifyRunningSlot();
    }

    private static void write(Path folder, Pattern usr, RootHash rootHash) throws IOException {
        var verity = new byte[VERITY_SIZE];
        var small = TestRelease.builder(VERSION)
                .usr(new byte[4096])
                .verity(verity)
                .rootHash(rootHash)
                .kernelSize(KERNEL_SIZE)
                .payload(new byte[1])
                .build();
        var payload = folder.resolve(small.payloadName());
        try (var out = Files.newOutputStream(payload)) {
            new PayloadWriter(List.of(TestKeys.signer(TestKeys.TRUSTED)), folder, 2)
                    .write(
                            List.of(
                                    new PartitionImage("usr", usr),
                                    new PartitionImage("usr-verity", new MemoryBlockDevice(verity)),
                                    new PartitionImage("uki", new MemoryBlockDevice(small.uki()))),
                            OptionalLong.empty(),
                            out);
        }
        var document = (ObjectNode) new JsonMapper().readTree(small.document());
        for (var file : document.withArray("files")) {
            if (file.path("kind").asText().equals("usr")) {
                ((ObjectNode) file).put("size", USR_SIZE).put("sha256", rootHash.hex());
            } else if (file.path("kind").asText().equals("payload")) {
                ((ObjectNode) file).put("size", Files.size(payload));
            }
        }
        SignedDocument.sign(document, List.of(TestKeys.signer(TestKeys.TRUSTED)));
        Files.writeString(folder.resolve("release.json"), document.toString());
    }

    /** Random bytes over and over, with a stretch of zeros here and there, so that all codecs have work. */
    private static final class Pattern implements BlockDevice {
        private static final int UNIT = 2 << 20;
        private static final int ZEROS_EVERY = 50;

        private final long size;
        private final byte[] random = new byte[UNIT];

        Pattern(long size) {
            this.size = size;
            new Random(1).nextBytes(random);
        }

        @Override
        public ByteCount size() {
            return new ByteCount(size);
        }

        @Override
        public void read(long position, ByteBuffer target) {
            while (target.hasRemaining()) {
                var at = (int) (position % UNIT);
                var count = Math.min(target.remaining(), UNIT - at);
                target.put(position / UNIT % ZEROS_EVERY == 0 ? new byte[UNIT] : random, at, count);
                position += count;
            }
        }

        @Override
        public void write(long position, ByteBuffer source) {
            throw new UnsupportedOperationException("only read from");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
