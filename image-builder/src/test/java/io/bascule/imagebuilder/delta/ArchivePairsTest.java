package io.bascule.imagebuilder.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.initrd.InitrdFrames;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.uki.PeFiles;
import io.bascule.imagebuilder.uki.Uki;
import io.bascule.imagebuilder.uki.UkiWriter;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.Resemblance;
import io.bascule.payload.recompress.FrameEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchivePairsTest {
    private static byte[] archive(String word) {
        return word.repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    }

    private static BlockDevice uki(byte[] initrd) throws IOException {
        return new MemoryBlockDevice(UkiWriter.write(new Uki(
                Content.of(PeFiles.program(List.of(".text", ".sdmagic"))),
                Content.of(PeFiles.program(List.of(".text"))),
                Content.of(initrd),
                "ID=test\n",
                "quiet",
                "6.12-amd64")));
    }

    private static BlockDevice uki(FrameEncoder encoder, byte[]... archives) throws IOException {
        return uki(InitrdFrames.pack(List.of(archives), encoder, ResultCache.none()));
    }

    @Test
    void archivesAreWhereTheyBeginOnBlocks() throws IOException {
        for (var encoder : List.of(InitrdFrames.USUAL, InitrdFrames.FAST)) {
            var old = uki(encoder, archive("one "), archive("two "));
            var content = uki(encoder, archive("one "), archive("two and "), archive("three "));
            var pair = ArchivePairs.of(old, content).getFirst();
            assertThat(pair.encoder()).isEqualTo(encoder);
            assertThat(pair.source()).hasSize(2);
            assertThat(pair.target().stream().map(Resemblance.Stored::contentSize))
                    .containsExactly(80_000L, 160_000L, 120_000L);
        }
    }

    @Test
    void anInitrdOfAnotherKindResemblesNothing() throws IOException {
        var ours = uki(InitrdFrames.USUAL, archive("one "), archive("two "));
        var foreign = uki("070701, not compressed".repeat(500).getBytes(StandardCharsets.US_ASCII));
        var other = uki(InitrdFrames.USUAL, archive("one "), archive("three "));
        assertThat(ArchivePairs.of(ours, other).getFirst().source()).hasSize(2);
        assertThat(ArchivePairs.of(ours, foreign)).isEmpty();
        assertThat(ArchivePairs.of(foreign, other).getFirst().source()).isEmpty();
    }
}
