package io.bascule.qemuharness;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** QEMU's {@code qemu-img}, for disks that lie on top of an image. */
public final class QemuImg {
    private static final byte[] QCOW2_MAGIC = {'Q', 'F', 'I', (byte) 0xFB};
    /** The size of the disk, big-endian (QEMU, docs/interop/qcow2.txt, "Header"). */
    private static final int QCOW2_SIZE_OFFSET = 24;

    private QemuImg() {}

    /** {@return whether {@code image} is qcow2, by its first bytes, or else raw} */
    public static Disk.Format formatOf(Path image) throws IOException {
        try (var in = Files.newInputStream(image)) {
            return Arrays.equals(in.readNBytes(QCOW2_MAGIC.length), QCOW2_MAGIC) ? Disk.Format.QCOW2 : Disk.Format.RAW;
        }
    }

    /** {@return how large the disk in {@code image} is for a guest} */
    public static ByteCount sizeOf(Path image) throws IOException {
        if (formatOf(image) == Disk.Format.RAW) {
            return new ByteCount(Files.size(image));
        }
        try (var in = Files.newInputStream(image)) {
            var header = ByteBuffer.wrap(in.readNBytes(QCOW2_SIZE_OFFSET + Long.BYTES));
            if (header.capacity() < QCOW2_SIZE_OFFSET + Long.BYTES || header.getLong(QCOW2_SIZE_OFFSET) < 0) {
                throw new MalformedFormatException("qcow2", "size", QCOW2_SIZE_OFFSET, "the header is cut short");
            }
            return new ByteCount(header.getLong(QCOW2_SIZE_OFFSET));
        }
    }

    /**
     * Makes a qcow2 disk that reads as {@code base} where it was not written to, and as zero beyond its end.
     *
     * @throws IllegalArgumentException if {@code size} is smaller than the base: its backup partition table would be lost
     * @throws MissingRequirementException if there is no {@code qemu-img}
     */
    public static void createOverlay(Path base, Path overlay, ByteCount size) throws IOException, InterruptedException {
        var least = sizeOf(base);
        if (size.compareTo(least) < 0) {
            throw new IllegalArgumentException("a disk of " + size + " cannot hold " + base + ", which has " + least);
        }
        var command = List.of(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                formatOf(base).name().toLowerCase(Locale.ROOT),
                "-b",
                base.toAbsolutePath().toString(),
                overlay.toString(),
                Long.toString(size.bytes()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new MissingRequirementException("qemu-img is not on the PATH", Qemu.REMEDY);
        }
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("qemu-img could not make " + overlay + ": " + output.strip());
        }
    }
}
