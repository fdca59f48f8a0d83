package io.bascule.imagebuilder.output;

import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.SilentListener;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;

/** Disks with what formats treat differently: holes, text, noise, pieces that begin and end anywhere. */
final class SampleDisks {
    static final OutputOptions OPTIONS = new OutputOptions(OptionalInt.of(1), 2);

    static final BuildListener SILENT = new SilentListener();

    private SampleDisks() {}

    /** 64 MiB, of which some 5 hold something; the last sector does. */
    static Path sparse(Path file) throws IOException {
        return write(file, 64L << 20);
    }

    /** The same, on a disk of {@code size} bytes. */
    static Path write(Path file, long size) throws IOException {
        var random = new Random(5);
        try (var disk = FileBlockDevice.create(file, new ByteCount(size))) {
            disk.write(512, ByteBuffer.wrap(noise(random, 40_000)));
            // Compressible, and longer than a cluster in every format.
            disk.write(3_000_000, ByteBuffer.wrap(text(700_000)));
            // Noise and text in turns, so that stored and compressed clusters follow each other.
            for (var i = 0; i < 40; i++) {
                disk.write(
                        (8L << 20) + i * 65_536L, ByteBuffer.wrap(i % 3 == 0 ? noise(random, 65_536) : text(65_536)));
            }
            disk.write((40L << 20) - 100, ByteBuffer.wrap(noise(random, 2_000_000)));
            disk.write(size - 512, ByteBuffer.wrap(noise(random, 512)));
        }
        return file;
    }

    private static byte[] noise(Random random, int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(int count) {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) {
            bytes[i] = (byte) ("immutable operating system ".charAt(i % 27) + i / 4096 % 7);
        }
        return bytes;
    }

    /** {@return the file that a disk of {@code size} bytes is in {@code format}; every 200 KiB of it hold something} */
    static byte[] small(OutputFormat format, int size, Path folder) throws Exception {
        var bytes = new byte[size];
        for (var at = 0; at < size; at += 200_000) {
            var piece = text(Math.min(50_000, size - at));
            System.arraycopy(piece, 0, bytes, at, piece.length);
        }
        var file = folder.resolve("small." + format.suffix());
        ImageConverter.write(new MemoryBlockDevice(bytes), file, format, OPTIONS, SILENT);
        var written = Files.readAllBytes(file);
        Files.delete(file);
        return written;
    }

    static Path convert(Path in, Path out) throws Exception {
        var format = OutputFormat.ofFileName(String.valueOf(out.getFileName())).orElseThrow();
        ImageConverter.convert(in, out, format, false, OPTIONS, SILENT);
        return out;
    }

    static void overwrite(Path file, long at, byte... bytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    static void truncate(Path file, long size) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** {@return whether {@code device} says there is data wherever there is some} */
    static boolean knowsItsData(BlockDevice device) throws IOException {
        var size = device.size().bytes();
        var piece = new byte[4096];
        for (var at = 0L; at < size; at += piece.length) {
            Arrays.fill(piece, (byte) 0);
            device.read(at, ByteBuffer.wrap(piece, 0, (int) Math.min(piece.length, size - at)));
            if (!Arrays.equals(piece, new byte[piece.length]) && device.nextData(at) >= at + piece.length) {
                return false;
            }
        }
        return device.nextData(size) == size;
    }
}
