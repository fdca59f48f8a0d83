package io.bascule.imagebuilder.reproduce;

import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.inspect.FatFileDevice;
import io.bascule.imagebuilder.verity.VerityFacts;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatPlace;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.PartitionType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Who owns a byte of a disk. */
final class DiskOwners {
    private static final String PROGRAM = ".efi";

    private DiskOwners() {}

    static List<Owner> find(BlockDevice disk, long offset) throws IOException {
        var table = GptReader.read(disk, SectorSize.B512).table();
        var geometry = table.geometry();
        if (offset < geometry.firstUsable().byteOffset(SectorSize.B512)) {
            return List.of(Owner.of(Owner.Kind.PARTITION_TABLE, "primary", offset));
        }
        var backup = geometry.lastUsable().plus(1).byteOffset(SectorSize.B512);
        if (offset >= backup) {
            return List.of(Owner.of(Owner.Kind.PARTITION_TABLE, "backup", offset - backup));
        }
        for (var partition : table.entries().values()) {
            var within = offset - partition.first().byteOffset(SectorSize.B512);
            if (within >= 0 && within < table.size(partition).bytes()) {
                var owners = new ArrayList<Owner>();
                owners.add(Owner.of(Owner.Kind.PARTITION, partition.name(), within));
                var volume = table.open(disk, partition);
                try {
                    owners.addAll(
                            partition.type().equals(PartitionType.ESP.guid())
                                    ? esp(volume, within)
                                    : slot(volume, within));
                } catch (MalformedFormatException e) {
                    owners.add(Owner.of(Owner.Kind.UNKNOWN, String.valueOf(e.getMessage()), within));
                }
                return owners;
            }
        }
        return List.of(Owner.of(Owner.Kind.GAP, "", offset));
    }

    private static List<Owner> slot(BlockDevice volume, long offset) throws IOException {
        if (ErofsReader.recognizes(volume)) {
            return List.of(ErofsOwners.find(volume, offset));
        }
        return VerityFacts.isOne(volume) ? List.of(Owners.verity(volume, offset)) : List.of();
    }

    private static List<Owner> esp(BlockDevice volume, long offset) throws IOException {
        var reader = FatReader.open(volume);
        var place = reader.place(offset);
        var owner = Owner.of(kind(place.area()), "/" + place.path(), place.offset());
        if (place.area() == FatPlace.Area.FILE
                && place.path().toLowerCase(Locale.ROOT).endsWith(PROGRAM)) {
            var file = reader.find(place.path());
            if (file.isPresent() && place.offset() < file.get().size()) {
                var program = new FatFileDevice(reader, file.get());
                try {
                    return List.of(owner, Owners.uki(program, place.offset()));
                } catch (MalformedFormatException e) {
                    // Programs of other people may be anything; that it is this file has been said.
                    return List.of(owner);
                }
            }
        }
        return List.of(owner);
    }

    private static Owner.Kind kind(FatPlace.Area area) {
        return switch (area) {
            case BOOT_SECTOR -> Owner.Kind.FAT_BOOT_SECTOR;
            case RESERVED -> Owner.Kind.FAT_RESERVED;
            case TABLE -> Owner.Kind.FAT_TABLE;
            case DIRECTORY -> Owner.Kind.FAT_DIRECTORY;
            case FILE -> Owner.Kind.FAT_FILE;
            case FREE -> Owner.Kind.FAT_FREE;
        };
    }
}
