package io.bascule.imagebuilder.inspect;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.fat.FatEntry;
import io.bascule.partitionlayout.fat.FatReader;
import io.bascule.partitionlayout.gpt.GptReadResult;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.partitionlayout.gpt.PartitionEntry;
import io.bascule.partitionlayout.gpt.PartitionType;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A disk, its partition table read.
 *
 * @param sectorSize with which there is a table
 */
record DiskView(BlockDevice disk, SectorSize sectorSize, GptReadResult gpt) {
    /** Where systemd-boot looks for kernel images. */
    private static final String ENTRIES = "EFI/Linux";

    /** Two partitions that are a slot. */
    record SlotPair(Slot slot, int usrNumber, PartitionEntry usr, int verityNumber, PartitionEntry verity) {
        /** {@return the root hash that their identities make} */
        RootHash rootHash() {
            return new RootHash(hex(usr) + hex(verity));
        }

        private static String hex(PartitionEntry entry) {
            return entry.unique().toString().replace("-", "");
        }
    }

    /** A kernel image on the ESP. */
    record EspImage(String path, FatEntry file, BlockDevice device) {}

    /** @throws IOException about sectors of 512 bytes if there is no table with any size of sector */
    static DiskView open(BlockDevice disk) throws IOException {
        try {
            return new DiskView(disk, SectorSize.B512, GptReader.read(disk, SectorSize.B512));
        } catch (IOException e) {
            try {
                return new DiskView(disk, SectorSize.B4096, GptReader.read(disk, SectorSize.B4096));
            } catch (IOException other) {
                throw e;
            }
        }
    }

    GptTable table() {
        return gpt.table();
    }

    BlockDevice open(PartitionEntry entry) {
        return table().open(disk, entry);
    }

    long offset(PartitionEntry entry) {
        return entry.first().byteOffset(sectorSize);
    }

    Optional<PartitionEntry> espPartition() {
        return table().entries().values().stream()
                .filter(entry -> entry.type().equals(PartitionType.ESP.guid()))
                .findFirst();
    }

    List<SlotPair> slots() {
        var slots = new ArrayList<SlotPair>();
        for (var slot : Slot.values()) {
            var usr = labelled(slot.label());
            var verity = labelled(slot.verityLabel());
            if (usr.isPresent() && verity.isPresent()) {
                slots.add(new SlotPair(
                        slot,
                        usr.get().getKey(),
                        usr.get().getValue(),
                        verity.get().getKey(),
                        verity.get().getValue()));
            }
        }
        return slots;
    }

    private Optional<Map.Entry<Integer, PartitionEntry>> labelled(String label) {
        return table().entries().entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(label))
                .findFirst();
    }

    /** {@return the kernel images where systemd-boot looks} */
    static List<EspImage> images(FatReader esp) throws IOException {
        var folder = esp.find(ENTRIES);
        if (folder.isEmpty() || !folder.get().directory()) {
            return List.of();
        }
        return esp.list(folder.get()).stream()
                .filter(file -> !file.directory()
                        && file.name().toLowerCase(Locale.ROOT).endsWith(".efi"))
                .map(file -> new EspImage(ENTRIES + "/" + file.name(), file, new FatFileDevice(esp, file)))
                .toList();
    }
}
