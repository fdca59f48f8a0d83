package io.bascule.updateengine.host;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of this machine, by its nodes in {@code /dev}. */
public final class LinuxDisk implements HostDisk {
    private static final Path DEVICES = Path.of("/dev");
    private static final Path BLOCK_CLASS = Path.of("/sys/class/block");

    private final String name;
    private final SectorSize sectorSize;

    private LinuxDisk(String name, SectorSize sectorSize) {
        this.name = name;
        this.sectorSize = sectorSize;
    }

    /** @param name as the kernel calls it, like {@code vda} or {@code nvme0n1} */
    public static LinuxDisk of(String name) throws IOException {
        var bytes = Files.readString(BLOCK_CLASS.resolve(name).resolve("queue/logical_block_size"))
                .strip();
        return new LinuxDisk(name, bytes.equals("4096") ? SectorSize.B4096 : SectorSize.B512);
    }

    @Override
    public String name() {
        return DEVICES.resolve(name).toString();
    }

    @Override
    public SectorSize sectorSize() {
        return sectorSize;
    }

    @Override
    public BlockDevice openTable() throws IOException {
        return FileBlockDevice.open(DEVICES.resolve(name));
    }

    @Override
    public BlockDevice openPartition(GptTable table, int number) throws IOException {
        return checked(DirectBlockDevice.open(DEVICES.resolve(partitionName(number))), table, number);
    }

    @Override
    public BlockDevice openPartitionReadOnly(GptTable table, int number) throws IOException {
        return checked(DirectBlockDevice.openReadOnly(DEVICES.resolve(partitionName(number))), table, number);
    }

    private BlockDevice checked(BlockDevice device, GptTable table, int number) throws IOException {
        var node = partitionName(number);
        // The kernel's idea of the partition counts when it is written to; ours decided that it may be.
        var start = Long.parseLong(Files.readString(BLOCK_CLASS.resolve(node).resolve("start"))
                        .strip())
                * SectorSize.B512.bytes();
        var entry = table.entry(number);
        if (start != entry.first().byteOffset(sectorSize) || !device.size().equals(table.size(entry))) {
            device.close();
            throw new IOException("the kernel's " + node + " begins at byte " + start + " and has "
                    + device.size().bytes() + " bytes, but the partition table says "
                    + entry.first().byteOffset(sectorSize) + " and "
                    + table.size(entry).bytes() + "; reboot, and try again");
        }
        return device;
    }

    /** A "p" goes between where the disk's own name ends in a digit. */
    private String partitionName(int number) {
        return Character.isDigit(name.charAt(name.length() - 1)) ? name + "p" + number : name + number;
    }
}
