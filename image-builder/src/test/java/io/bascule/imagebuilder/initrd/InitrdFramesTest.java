package io.bascule.imagebuilder.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitrdFramesTest {
    private static final List<byte[]> ARCHIVES = List.of(
            "a first archive ".repeat(50_000).getBytes(StandardCharsets.US_ASCII),
            "and another".getBytes(StandardCharsets.US_ASCII),
            "the last one ".repeat(9_000).getBytes(StandardCharsets.US_ASCII));

    @TempDir
    private Path folder = Path.of("");

    private static byte[] pack() throws IOException {
        return InitrdFrames.pack(ARCHIVES, InitrdFrames.USUAL, ResultCache.none());
    }

    @Test
    void eachArchiveBeginsOnABlockAndIsFoundAgain() throws IOException {
        var zstd = ExternalTool.require("zstd");
        var initrd = pack();
        var frames = InitrdFrames.read(initrd);
        assertThat(frames).hasSize(3);
        var end = 0;
        for (var i = 0; i < frames.size(); i++) {
            var frame = frames.get(i);
            assertThat(frame.offset() % 4096).isZero();
            assertThat(frame.content()).isEqualTo(ARCHIVES.get(i).length);
            for (var at = end; at < frame.offset(); at++) {
                assertThat(initrd[at]).isZero();
            }
            end = frame.offset() + frame.length();
            var file = folder.resolve(i + ".zst");
            Files.write(file, Arrays.copyOfRange(initrd, frame.offset(), end));
            zstd.run("-dq", file.toString());
            assertThat(folder.resolve(String.valueOf(i))).hasBinaryContent(ARCHIVES.get(i));
        }
        assertThat(end).isEqualTo(initrd.length);
    }

    @Test
    void whatIsNoFrameEndsTheList() throws IOException {
        assertThat(InitrdFrames.read(new byte[0])).isEmpty();
        assertThat(InitrdFrames.read(new byte[5000])).isEmpty();
        var initrd = pack();
        assertThat(InitrdFrames.read(Arrays.copyOf(initrd, initrd.length - 1))).hasSize(2);
        initrd[4096] ^= 1;
        assertThat(InitrdFrames.read(initrd)).hasSize(1);
        var whole = pack();
        var random = new Random(1);
        for (var round = 0; round < 2000; round++) {
            var changed = whole.clone();
            for (var i = 0; i < 4; i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            for (var frame : InitrdFrames.read(changed)) {
                assertThat(frame.offset() + frame.length()).isLessThanOrEqualTo(changed.length);
            }
        }
    }
}
