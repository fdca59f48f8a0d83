package io.bascule.imagebuilder.inspect;

import io.bascule.imagebuilder.erofs.ErofsFacts;
import io.bascule.imagebuilder.verity.VerityFacts;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a file is. What it says about itself is only told, not checked; texts in it may be anything.
 *
 * @param kind what it was found to be
 * @param format of a disk, like {@code qcow2} or {@code raw.zst}; {@code raw} for everything else
 * @param fileSize of the file, in bytes
 * @param size of what is in it, in bytes
 * @param disk set for a disk, and only for one; likewise the others
 */
public record ImageReport(
        Kind kind,
        String format,
        long fileSize,
        long size,
        @Nullable Disk disk,
        @Nullable Uki uki,
        @Nullable ErofsFacts erofs,
        @Nullable VerityFacts verity) {

    /** What a file can be. */
    public enum Kind {
        DISK,
        UKI,
        EROFS,
        VERITY
    }

    /**
     * A disk with a partition table.
     *
     * @param sectorSize in bytes
     * @param faults of the table that do not keep it from being read
     * @param esp the EFI system partition, if there is one that can be read
     */
    public record Disk(
            String guid,
            int sectorSize,
            List<String> faults,
            List<Partition> partitions,
            List<Slot> slots,
            @Nullable Esp esp) {}

    /**
     * A partition.
     *
     * @param type by name, or its GUID if it is none that we know
     * @param partUuid its own identity
     * @param offset in bytes
     * @param size in bytes
     * @param erofs set if it holds one; likewise {@code verity}
     */
    public record Partition(
            int number,
            String label,
            String type,
            String typeGuid,
            String partUuid,
            long offset,
            long size,
            List<String> attributes,
            @Nullable ErofsFacts erofs,
            @Nullable VerityFacts verity) {}

    /**
     * A place for {@code /usr}.
     *
     * @param usr number of the partition with the file system
     * @param verity number of the one with its hashes
     * @param rootHash that the identities of the two make
     * @param version of the boot entry that starts it; null if none does
     * @param entry path of that entry on the ESP
     */
    public record Slot(
            String name,
            int usr,
            int verity,
            String rootHash,
            @Nullable String version,
            @Nullable String entry) {}

    /**
     * The EFI system partition.
     *
     * @param type FAT16 or FAT32
     * @param free in bytes
     */
    public record Esp(String type, String label, long free, List<Entry> entries) {}

    /**
     * A kernel image that systemd-boot finds.
     *
     * @param path on the ESP
     * @param triesLeft boots that are left to it; null for an entry that is good
     * @param triesDone boots that it had; null likewise
     * @param uki null if it is none
     * @param fault why it is none
     */
    public record Entry(
            String path,
            long size,
            @Nullable Integer triesLeft,
            @Nullable Integer triesDone,
            @Nullable Uki uki,
            @Nullable String fault) {}

    /**
     * A unified kernel image.
     *
     * @param signed whether it has a certificate table; the signature in it is not verified
     * @param usrHash the root hash that its command line names; null if it names none
     */
    public record Uki(
            List<Section> sections,
            boolean signed,
            @Nullable String commandLine,
            @Nullable String kernelRelease,
            @Nullable String usrHash,
            SortedMap<String, String> osRelease) {
        /** {@return the version that its os-release names, or null} */
        public @Nullable String version() {
            var image = osRelease.get("IMAGE_VERSION");
            return image == null ? osRelease.get("VERSION_ID") : image;
        }
    }

    /**
     * A section of a UKI.
     *
     * @param size of its contents, in bytes
     * @param offset in the file
     */
    public record Section(String name, long size, long offset) {}
}
