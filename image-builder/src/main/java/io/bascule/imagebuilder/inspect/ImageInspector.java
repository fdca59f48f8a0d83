package io.bascule.imagebuilder.inspect;

import io.bascule.imagebuilder.erofs.ErofsFacts;
import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.output.DiskFile;
import io.bascule.imagebuilder.output.OutputProgress;
import io.bascule.imagebuilder.verity.VerityFacts;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ForeignText;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.PartitionAttributes;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.gpt.PartitionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what is in an image, of whatever kind. */
public final class ImageInspector {
    /** {@code NAME+LEFT-DONE.efi}, see docs/formats/boot-entries.md. */
    private static final Pattern TRIES = Pattern.compile("\\+(\\d{1,9})(?:-(\\d{1,9}))?\\.efi$");

    private static final Map<Long, String> ATTRIBUTES = Map.of(
            PartitionAttributes.REQUIRED, "required",
            PartitionAttributes.GROW_FILE_SYSTEM, "grow-file-system",
            PartitionAttributes.READ_ONLY, "read-only",
            PartitionAttributes.NO_AUTO, "no-auto");

    private ImageInspector() {}

    /**
     * {@return what {@code file} is: a disk in any format that is read, a UKI, an EROFS image, a dm-verity hash device}
     *
     * @param scratch folder for what has to be decompressed
     * @throws MalformedFormatException if it is none of these, or too damaged to say
     */
    public static ImageReport inspect(Path file, Path scratch, OutputProgress decompressing) throws IOException {
        try (var opened = DiskFile.open(file, scratch, decompressing)) {
            var device = opened.device();
            var kind = kind(device);
            return new ImageReport(
                    kind,
                    opened.format().toString(),
                    opened.fileSize(),
                    device.size().bytes(),
                    kind == ImageReport.Kind.DISK ? disk(DiskView.open(device)) : null,
                    kind == ImageReport.Kind.UKI ? UkiFacts.read(device) : null,
                    kind == ImageReport.Kind.EROFS ? ErofsFacts.read(device) : null,
                    kind == ImageReport.Kind.VERITY ? VerityFacts.read(device) : null);
        }
    }

    /** {@return what it begins like; what is nothing else is taken for a disk} */
    static ImageReport.Kind kind(BlockDevice device) throws IOException {
        var start = ByteBuffer.allocate((int) Math.min(2, device.size().bytes()));
        device.read(0, start);
        if (start.capacity() == 2 && start.get(0) == 'M' && start.get(1) == 'Z') {
            return ImageReport.Kind.UKI;
        }
        if (ErofsReader.recognizes(device)) {
            return ImageReport.Kind.EROFS;
        }
        return VerityFacts.isOne(device) ? ImageReport.Kind.VERITY : ImageReport.Kind.DISK;
    }

    private static ImageReport.Disk disk(DiskView view) throws IOException {
        var faults = new ArrayList<String>();
        view.gpt().faults().forEach(fault -> faults.add(String.valueOf(fault.getMessage())));
        var partitions = new ArrayList<ImageReport.Partition>();
        for (var entry : view.table().entries().entrySet()) {
            partitions.add(partition(view, entry.getKey(), entry.getValue(), faults));
        }
        var esp = esp(view, faults);
        var slots = view.slots().stream().map(slot -> slot(slot, esp)).toList();
        return new ImageReport.Disk(
                view.table().diskGuid().toString(),
                view.sectorSize().bytes(),
                List.copyOf(faults),
                List.copyOf(partitions),
                slots,
                esp);
    }

    private static ImageReport.Partition partition(DiskView view, int number, PartitionEntry entry, List<String> faults)
            throws IOException {
        @Nullable ErofsFacts erofs = null;
        @Nullable VerityFacts verity = null;
        if (view.offset(entry) + view.table().size(entry).bytes()
                <= view.disk().size().bytes()) {
            var device = view.open(entry);
            try {
                erofs = ErofsReader.recognizes(device) ? ErofsFacts.read(device) : null;
                verity = VerityFacts.isOne(device) ? VerityFacts.read(device) : null;
            } catch (MalformedFormatException e) {
                faults.add("partition " + number + ": " + e.getMessage());
            }
        } else {
            faults.add("partition " + number + " goes beyond the end of the disk");
        }
        return new ImageReport.Partition(
                number,
                ForeignText.printable(entry.name()),
                PartitionType.of(entry.type())
                        .map(type -> type.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .orElse(entry.type().toString()),
                entry.type().toString(),
                entry.unique().toString(),
                view.offset(entry),
                view.table().size(entry).bytes(),
                ATTRIBUTES.entrySet().stream()
                        .filter(attribute -> (entry.attributes() & attribute.getKey()) != 0)
                        .map(Map.Entry::getValue)
                        .sorted()
                        .toList(),
                erofs,
                verity);
    }

    private static ImageReport.@Nullable Esp esp(DiskView view, List<String> faults) throws IOException {
        var partition = view.espPartition();
        if (partition.isEmpty()) {
            return null;
        }
        try {
            var volume = FatReader.open(view.open(partition.get()));
            var entries = new ArrayList<ImageReport.Entry>();
            for (var image : DiskView.images(volume)) {
                entries.add(entry(image));
            }
            return new ImageReport.Esp(
                    volume.type().toString(),
                    ForeignText.printable(volume.label()),
                    volume.freeBytes().bytes(),
                    List.copyOf(entries));
        } catch (MalformedFormatException e) {
            faults.add("ESP: " + e.getMessage());
            return null;
        }
    }

    private static ImageReport.Entry entry(DiskView.EspImage image) throws IOException {
        ImageReport.@Nullable Uki uki = null;
        @Nullable String fault = null;
        try {
            uki = UkiFacts.read(image.device());
        } catch (MalformedFormatException e) {
            fault = e.getMessage();
        }
        var tries = TRIES.matcher(image.path());
        var counted = tries.find();
        return new ImageReport.Entry(
                ForeignText.printable(image.path()),
                image.file().size(),
                counted ? Integer.valueOf(tries.group(1)) : null,
                counted ? Integer.valueOf(tries.group(2) == null ? "0" : tries.group(2)) : null,
                uki,
                fault);
    }

    private static ImageReport.Slot slot(DiskView.SlotPair slot, ImageReport.@Nullable Esp esp) {
        var rootHash = slot.rootHash().hex();
        @Nullable String version = null;
        @Nullable String path = null;
        for (var entry : esp == null ? List.<ImageReport.Entry>of() : esp.entries()) {
            var uki = entry.uki();
            if (uki != null && rootHash.equals(uki.usrHash())) {
                version = uki.version();
                path = entry.path();
            }
        }
        return new ImageReport.Slot(slot.slot().name(), slot.usrNumber(), slot.verityNumber(), rootHash, version, path);
    }
}
