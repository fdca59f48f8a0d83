package io.bascule.imagebuilder.output;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.BuildListener;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalInt;

/** Writes disks in any format. */
public final class ImageConverter {
    private static final int COPY = 1 << 16;
    private static final int SECTOR = 512;
    private static final byte[] GPT_SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);

    private final BuildListener listener;
    private final OutputOptions options;

    private ImageConverter(OutputOptions options, BuildListener listener) {
        this.options = options;
        this.listener = listener;
    }

    /**
     * What was converted.
     *
     * @param from format of the input
     * @param to format of the output
     * @param inputSize of the file that was read, in bytes
     * @param diskSize of the disk in both, in bytes
     * @param outputSize of the file that was written, in bytes
     */
    public record Result(OutputFormat from, OutputFormat to, long inputSize, long diskSize, long outputSize) {}

    /**
     * Reads the disk in {@code in}, whatever format it is in, and writes it to {@code out}, which appears when it is
     * complete, or not at all.
     *
     * @param replace whether {@code out} may be there already
     * @throws BuildException if it must not be, or the format cannot hold such a disk
     * @throws io.bascule.partitionlayout.MalformedFormatException if {@code in} is damaged, or cut off behind the
     *     beginning of a partition table
     */
    public static Result convert(
            Path in, Path out, OutputFormat format, boolean replace, OutputOptions options, BuildListener listener)
            throws BuildException, IOException {
        if (Files.exists(out) && Files.isSameFile(in, out)) {
            throw BuildException.badInput(in + " and " + out + " are one file", "choose another name");
        }
        try (var target = PartialFile.forTarget(out, replace)) {
            listener.step("read");
            try (var disk = DiskFile.open(in, folder(out), progress("decompressing", listener))) {
                var size = disk.device().size();
                checkWhole(disk.device());
                listener.result(disk.format() + ", a disk of " + size);
                listener.step("write");
                var fileName = String.valueOf(out.getFileName());
                new ImageConverter(options, listener)
                        .write(disk.device(), target.channel(), format, fileName, folder(out));
                target.publish();
                var written = Files.size(out);
                listener.result(format + ", " + new ByteCount(written));
                return new Result(disk.format(), format, disk.fileSize(), size.bytes(), written);
            }
        }
    }

    /**
     * Writes {@code disk} to {@code out}, which must not exist.
     *
     * @return size of the file, in bytes
     */
    public static long write(
            BlockDevice disk, Path out, OutputFormat format, OutputOptions options, BuildListener listener)
            throws BuildException, IOException {
        try (var target = PartialFile.forTarget(out, false)) {
            var fileName = String.valueOf(out.getFileName());
            new ImageConverter(options, listener).write(disk, target.channel(), format, fileName, folder(out));
            target.publish();
            return Files.size(out);
        }
    }

    private static Path folder(Path file) {
        var folder = file.toAbsolutePath().getParent();
        return folder == null ? file : folder;
    }

    private static OutputProgress progress(String what, BuildListener listener) {
        return (done, total) -> listener.doing(what + " " + new ByteCount(done) + " of " + new ByteCount(total));
    }

    private void write(BlockDevice disk, FileChannel target, OutputFormat format, String fileName, Path scratch)
            throws BuildException, IOException {
        checkFits(disk.size(), format.disk());
        if (format.packing() == Packing.NONE) {
            writeDisk(disk, target, format.disk(), fileName, options.level());
        } else if (format.disk() == DiskFormat.RAW) {
            pack(disk, target, format.packing());
        } else {
            packFormatted(disk, target, format, fileName, scratch);
        }
    }

    /** Complains about a disk that begins with a partition table and has none: a raw image that was cut off is like that. */
    private static void checkWhole(BlockDevice disk) throws IOException {
        for (var sectorSize : SectorSize.values()) {
            var signature = new byte[GPT_SIGNATURE.length];
            if (disk.size().bytes() > sectorSize.bytes() + signature.length) {
                disk.read(sectorSize.bytes(), ByteBuffer.wrap(signature));
                if (Arrays.equals(signature, GPT_SIGNATURE)) {
                    GptReader.read(disk, sectorSize);
                }
            }
        }
    }

    private static void checkFits(ByteCount size, DiskFormat format) throws BuildException {
        if (size.bytes() == 0 || size.bytes() % SECTOR != 0) {
            throw BuildException.badInput(
                    "this is no disk: it has " + size.bytes() + " bytes, not whole sectors of " + SECTOR,
                    "was it cut off while it was copied? Give the image of a whole disk");
        }
        if (size.bytes() > format.maxSize()) {
            throw BuildException.badInput(
                    "a disk of " + size + " is too large for " + format.text() + ", which takes "
                            + new ByteCount(format.maxSize()),
                    "choose another format, like qcow2");
        }
    }

    private void packFormatted(BlockDevice disk, FileChannel target, OutputFormat format, String fileName, Path scratch)
            throws IOException {
        var temporary =
                Files.createTempFile(scratch, ".bascule-", "." + format.disk().suffix());
        temporary.toFile().deleteOnExit();
        try {
            var suffix = "." + format.packing().suffix();
            var inner =
                    fileName.endsWith(suffix) ? fileName.substring(0, fileName.length() - suffix.length()) : fileName;
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
                writeDisk(disk, channel, format.disk(), inner, OptionalInt.empty());
            }
            try (var formatted = FileBlockDevice.openReadOnly(temporary)) {
                pack(formatted, target, format.packing());
            }
        } finally {
            Files.delete(temporary);
        }
    }

    private void pack(BlockDevice file, FileChannel target, Packing packing) throws IOException {
        new SegmentPacker(packing, options.level())
                .write(file, target, options.threads(), progress("compressing", listener));
    }

    private void writeDisk(BlockDevice disk, FileChannel target, DiskFormat format, String fileName, OptionalInt level)
            throws IOException {
        var progress = progress("writing", listener);
        switch (format) {
            case RAW -> writeRaw(disk, target, progress);
            case QCOW2 -> Qcow2Writer.write(disk, target, OptionalInt.empty(), options.threads(), progress);
            case QCOW2_ZSTD ->
                Qcow2Writer.write(
                        disk,
                        target,
                        OptionalInt.of(level.orElse(OutputOptions.DEFAULT_ZSTD_LEVEL)),
                        options.threads(),
                        progress);
            case VMDK -> VmdkWriter.write(disk, target, fileName, progress);
            case VHD -> VhdWriter.writeFixed(disk, target, progress);
            case VHD_DYNAMIC -> VhdWriter.writeDynamic(disk, target, progress);
        }
    }

    private static void writeRaw(BlockDevice disk, FileChannel target, OutputProgress progress) throws IOException {
        var size = disk.size().bytes();
        var file = new GrowingFile(target);
        DataChunks.forEach(disk, COPY, progress, (index, chunk) -> {
            var at = index * COPY;
            file.write(at, chunk.limit(chunk.position() + (int) Math.min(chunk.remaining(), size - at)));
        });
        file.reserve(size - file.end());
        file.finish();
    }
}
