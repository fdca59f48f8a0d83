package io.bascule.imagebuilder.output;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A file that holds a disk in any format that is read, found out by its contents. What is compressed as a whole is
 * decompressed into a file without a name that others see, which goes when this is closed.
 */
public final class DiskFile implements Closeable {
    private static final int START = 512;

    /** Formats that are known and not read, by how files of them begin. */
    private static final Map<String, String> OTHERS = Map.of(
            "\u001f\u008b", "gzip; decompress it with gunzip first",
            "vhdxfile", "VHDX; convert it with qemu-img convert -O qcow2 first",
            "# Disk DescriptorFile", "a VMDK descriptor of other files; qemu-img convert -O vmdk puts them into one",
            "COWD", "a VMDK of ESX 3; convert it with qemu-img convert -O qcow2 first",
            "QED\0", "QED; convert it with qemu-img convert -O qcow2 first",
            "<<< ", "a VirtualBox VDI; convert it with qemu-img convert -O qcow2 first");

    private final BlockDevice device;
    private final OutputFormat format;
    private final long fileSize;

    private DiskFile(BlockDevice device, OutputFormat format, long fileSize) {
        this.device = device;
        this.format = format;
        this.fileSize = fileSize;
    }

    /**
     * Opens {@code file} for reading.
     *
     * @param scratch folder for what is decompressed
     * @param progress hears of decompression
     * @throws MalformedFormatException if it is of a kind that is not read, or damaged where this was looked at
     */
    public static DiskFile open(Path file, Path scratch, OutputProgress progress) throws IOException {
        var raw = FileBlockDevice.openReadOnly(file);
        try {
            var fileSize = raw.size().bytes();
            var packing = Unpacker.recognise(start(raw));
            var unpacked = packing == Packing.NONE ? raw : unpack(raw, packing, scratch, progress);
            try {
                var disk = recognise(unpacked);
                return new DiskFile(disk.device(), new OutputFormat(disk.format(), packing), fileSize);
            } catch (IOException e) {
                unpacked.close();
                throw e;
            }
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static BlockDevice unpack(BlockDevice raw, Packing packing, Path scratch, OutputProgress progress)
            throws IOException {
        var temporary = Files.createTempFile(scratch, ".bascule-", ".disk");
        temporary.toFile().deleteOnExit();
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
                Unpacker.unpack(raw, packing, channel, progress);
            }
            var unpacked = FileBlockDevice.openReadOnly(temporary);
            raw.close();
            return unpacked;
        } finally {
            // Open files need no name.
            Files.delete(temporary);
        }
    }

    /** A disk and what it is in. */
    record Recognised(BlockDevice device, DiskFormat format) {}

    /** Looks at an uncompressed file; whatever is nothing else is a raw disk. */
    static Recognised recognise(BlockDevice file) throws IOException {
        var start = start(file);
        var text = new String(start, StandardCharsets.ISO_8859_1);
        for (var other : OTHERS.entrySet()) {
            if (text.startsWith(other.getKey())) {
                throw new MalformedFormatException("disk image", "format", 0, "it is " + other.getValue());
            }
        }
        if (text.startsWith("QFI\u00fb")) {
            var image = Qcow2Image.open(file);
            return new Recognised(image, image.zstd() ? DiskFormat.QCOW2_ZSTD : DiskFormat.QCOW2);
        }
        if (text.startsWith("KDMV")) {
            return new Recognised(VmdkImage.open(file), DiskFormat.VMDK);
        }
        // A dynamic one that lost its end is no raw disk either.
        if (VhdFooter.isOne(start) || VhdFooter.isOne(VhdImage.lastSector(file))) {
            var image = VhdImage.open(file);
            return new Recognised(image, image.dynamic() ? DiskFormat.VHD_DYNAMIC : DiskFormat.VHD);
        }
        return new Recognised(file, DiskFormat.RAW);
    }

    private static byte[] start(BlockDevice file) throws IOException {
        var start = new byte[(int) Math.min(START, file.size().bytes())];
        file.read(0, ByteBuffer.wrap(start));
        return start;
    }

    /** {@return the disk; for one thread} */
    public BlockDevice device() {
        return device;
    }

    public OutputFormat format() {
        return format;
    }

    /** {@return the size of the file as it is, in bytes} */
    public long fileSize() {
        return fileSize;
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
