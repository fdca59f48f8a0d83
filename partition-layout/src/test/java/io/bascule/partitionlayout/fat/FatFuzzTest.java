package io.bascule.partitionlayout.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.ExternalTool;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes bytes where mistakes matter and wants contents or the one exception for malformed input. */
class FatFuzzTest {
    private static final int SEED = 7004;
    private static final int ROUNDS = 1500;

    @TempDir
    private Path folder;

    private static void addFiles(FatTree tree) {
        for (var i = 0; i < 30; i++) {
            tree.addFile("EFI/Linux/a longer name than eight " + i + ".efi", FatContent.of(new byte[700 * i]));
        }
    }

    @Test
    void survivesMutatedFat32() throws IOException {
        var tree = new FatTree();
        addFiles(tree);
        survivesMutations(Volumes.write(tree));
    }

    @Test
    void survivesMutatedFat16() throws IOException {
        var mkfs = ExternalTool.require("mkfs.vfat");
        var mmd = ExternalTool.require("mmd");
        var mcopy = ExternalTool.require("mcopy");
        var image = folder.resolve("fat16.raw");
        FileBlockDevice.create(image, ByteCount.ofMiB(8)).close();
        mkfs.run("-F", "16", "-s", "1", image.toString());
        mmd.run("-i", image.toString(), "::/EFI");
        var source = Files.write(folder.resolve("source"), new byte[20_000]);
        for (var i = 0; i < 10; i++) {
            mcopy.run("-i", image.toString(), source.toString(), "::/EFI/a longer name than eight " + i + ".efi");
        }
        survivesMutations(Files.readAllBytes(image));
    }

    private static void survivesMutations(byte[] bytes) throws IOException {
        var random = new Random(SEED);
        var pristine = bytes.clone();
        var geometry = BootSectorDecoder.decode(ByteBuffer.wrap(bytes, 0, 512).slice(), bytes.length)
                .geometry();
        var table = (int) geometry.fatOffset(0);
        var root =
                (int) (geometry.type() == FatType.FAT16 ? geometry.rootDirectoryOffset() : geometry.clusterOffset(2));
        var directories = (int) geometry.clusterOffset(30) - root;
        var refused = 0;
        for (var round = 0; round < ROUNDS; round++) {
            var changed = new int[1 + random.nextInt(8)];
            for (var i = 0; i < changed.length; i++) {
                changed[i] = switch (random.nextInt(8)) {
                    case 0 -> random.nextInt(90);
                    case 1, 2, 3 -> table + random.nextInt(geometry.type().entryBytes() * 200);
                    default -> root + random.nextInt(directories);
                };
                bytes[changed[i]] = random.nextBoolean() ? (byte) random.nextInt() : (byte) 0xFF;
            }
            try {
                var reader = FatReader.open(new MemoryBlockDevice(bytes));
                reader.label();
                Volumes.readAll(reader);
                reader.freeBytes();
            } catch (MalformedFormatException | EOFException e) {
                refused++;
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
            for (var at : changed) {
                bytes[at] = pristine[at];
            }
        }
        assertThat(refused).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
    }
}
