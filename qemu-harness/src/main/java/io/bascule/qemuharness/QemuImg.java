package io.bascule.qemuharness;

import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** QEMU's {@code qemu-img}, for disks that lie on top of an image. */
public final class QemuImg {
    private static final byte[] QCOW2_MAGIC = {'Q', 'F', 'I', (byte) 0xFB};

    private QemuImg() {}

    /** {@return whether {@code image} is qcow2, by its first bytes, or else raw} */
    public static Disk.Format formatOf(Path image) throws IOException {
        try (var in = Files.newInputStream(image)) {
            return Arrays.equals(in.readNBytes(QCOW2_MAGIC.length), QCOW2_MAGIC) ? Disk.Format.QCOW2 : Disk.Format.RAW;
        }
    }

    /**
     * Makes a qcow2 disk that reads as {@code base} where it was not written to, and as zero beyond its end.
     *
     * @param size of the disk, not smaller than the base
     * @throws MissingRequirementException if there is no {@code qemu-img}
     */
    public static void createOverlay(Path base, Disk.Format baseFormat, Path overlay, ByteCount size)
            throws IOException, InterruptedException {
        var command = List.of(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                baseFormat.name().toLowerCase(Locale.ROOT),
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
