package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedSegmentsTest {
    @TempDir
    private Path folder;

    private int made;

    private byte[] image(FileTree tree, Compression compression, ResultCache results) throws IOException {
        made++;
        var options = new ErofsOptions(
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), "usr", Instant.EPOCH, compression, 2);
        var output = folder.resolve("image-" + made);
        ErofsWriter.write(tree, options, List.of(), results, folder, output, ErofsProgress.NONE);
        return Files.readAllBytes(output);
    }

    private static FileTree tree() {
        var random = new Random(5);
        var words = new StringBuilder();
        while (words.length() < 3_000_000) {
            words.append(random.nextInt(1000)).append(' ');
        }
        var tree = FileTree.empty();
        tree.putFile("text", 0644, words.toString());
        tree.putFile("short", 0644, words.substring(0, 20_000));
        var noise = new byte[100_000];
        random.nextBytes(noise);
        tree.put("noise", new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(noise)));
        return tree;
    }

    @Test
    void anImageIsTheSameWithAndWithoutThem() throws Exception {
        for (var compression : List.of(
                new Compression.Zstd(3, Compression.DEFAULT_EXTENT),
                new Compression.Lz4Hc(3, Compression.DEFAULT_EXTENT),
                new Compression.Zstd(3, new ByteCount(64 << 10)))) {
            var without = image(tree(), compression, ResultCache.none());
            var first = ResultCache.in(folder.resolve("cache"));
            assertThat(image(tree(), compression, first)).isEqualTo(without);
            assertThat(first.found()).isZero();
            assertThat(first.computed()).isEqualTo(4);
            var second = ResultCache.in(folder.resolve("cache"));
            assertThat(image(tree(), compression, second)).isEqualTo(without);
            assertThat(second.found()).isEqualTo(4);
            assertThat(second.computed()).isZero();
        }
    }

    @Test
    void onlyTheSegmentThatChangedIsCompressedAgain() throws Exception {
        var compression = new Compression.Zstd(3, Compression.DEFAULT_EXTENT);
        var cache = ResultCache.in(folder.resolve("cache"));
        image(tree(), compression, cache);
        var changed = tree();
        var text = changed.file("text").orElseThrow().content().readAll();
        text[2_500_000] ^= 1;
        changed.putFile("text", 0644, new String(text, StandardCharsets.ISO_8859_1));
        var again = ResultCache.in(folder.resolve("cache"));
        var image = image(changed, compression, again);
        assertThat(again.computed()).isOne();
        assertThat(image).isEqualTo(image(changed, compression, ResultCache.none()));
    }
}
