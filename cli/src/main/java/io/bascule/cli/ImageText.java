package io.bascule.cli;

import io.bascule.imagebuilder.erofs.ErofsFacts;
import io.bascule.imagebuilder.inspect.ImageReport;
import io.bascule.imagebuilder.verity.VerityFacts;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.ForeignText;
import java.util.ArrayList;
import java.util.List;

/** An {@link ImageReport} for people. */
final class ImageText {
    private static final int KEY_WIDTH = 14;

    private final StringBuilder text = new StringBuilder();

    private ImageText() {}

    static String of(String name, ImageReport report) {
        var to = new ImageText();
        to.report(name, report);
        return to.text.toString();
    }

    private void report(String name, ImageReport report) {
        var what = switch (report.kind()) {
            case DISK -> "disk";
            case UKI -> "unified kernel image";
            case EROFS -> "EROFS file system";
            case VERITY -> "dm-verity hashes";
        };
        var size = new ByteCount(report.size());
        line(name + ": " + what + ", " + report.format() + ", " + size
                + (report.fileSize() == report.size() ? "" : " in a file of " + new ByteCount(report.fileSize())));
        if (report.disk() != null) {
            disk(report.disk());
        }
        if (report.uki() != null) {
            uki(report.uki());
        }
        if (report.erofs() != null) {
            line("");
            key("erofs", erofs(report.erofs()));
        }
        if (report.verity() != null) {
            line("");
            verity(report.verity());
        }
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private void key(String key, String value) {
        line("  " + key + " ".repeat(Math.max(1, KEY_WIDTH - key.length())) + value);
    }

    private void disk(ImageReport.Disk disk) {
        key("disk GUID", disk.guid() + ", sectors of " + disk.sectorSize());
        disk.faults().forEach(fault -> key("FAULT", fault));
        line("");
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("#", "label", "type", "offset", "size", "holds", "PARTUUID"));
        for (var partition : disk.partitions()) {
            rows.add(List.of(
                    String.valueOf(partition.number()),
                    partition.label(),
                    partition.type(),
                    String.valueOf(new ByteCount(partition.offset())),
                    String.valueOf(new ByteCount(partition.size())),
                    holds(partition),
                    partition.partUuid()));
        }
        table(rows);
        for (var slot : disk.slots()) {
            line("");
            line("slot " + slot.name() + ": "
                    + (slot.entry() == null
                            ? "no boot entry starts it"
                            : "version " + (slot.version() == null ? "unknown" : slot.version()) + ", started by "
                                    + slot.entry()));
            key("root hash", slot.rootHash());
            for (var partition : disk.partitions()) {
                if (partition.number() == slot.usr() && partition.erofs() != null) {
                    key("erofs", erofs(partition.erofs()));
                }
                if (partition.number() == slot.verity() && partition.verity() != null) {
                    verity(partition.verity());
                }
            }
        }
        if (disk.esp() != null) {
            esp(disk.esp());
        }
    }

    private static String holds(ImageReport.Partition partition) {
        if (partition.erofs() != null) {
            return "erofs";
        }
        return partition.verity() == null ? "" : "verity";
    }

    private void esp(ImageReport.Esp esp) {
        line("");
        line("ESP: " + esp.type() + " '" + esp.label() + "', " + new ByteCount(esp.free()) + " free");
        if (esp.entries().isEmpty()) {
            line("  no boot entries");
        }
        for (var entry : esp.entries()) {
            line("");
            line("boot entry " + entry.path() + ", " + new ByteCount(entry.size()) + ", "
                    + (entry.triesLeft() == null
                            ? "good"
                            : entry.triesLeft() + " tries left, " + entry.triesDone() + " done"));
            if (entry.fault() != null) {
                key("FAULT", entry.fault());
            }
            if (entry.uki() != null) {
                uki(entry.uki());
            }
        }
    }

    private void uki(ImageReport.Uki uki) {
        var os = uki.osRelease();
        key("os", os.getOrDefault("PRETTY_NAME", os.getOrDefault("NAME", "unknown")) + image(uki));
        key("kernel", uki.kernelRelease() == null ? "unknown" : uki.kernelRelease());
        key("command line", uki.commandLine() == null ? "none" : uki.commandLine());
        key("usrhash", uki.usrHash() == null ? "none" : uki.usrHash());
        key("signature", uki.signed() ? "there is one; not verified here" : "none");
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("section", "size", "offset"));
        for (var section : uki.sections()) {
            rows.add(List.of(
                    section.name(),
                    String.valueOf(new ByteCount(section.size())),
                    "0x" + Long.toHexString(section.offset())));
        }
        table(rows);
    }

    private static String image(ImageReport.Uki uki) {
        var id = uki.osRelease().get("IMAGE_ID");
        return id == null ? "" : " (" + id + " " + uki.version() + ")";
    }

    private static String erofs(ErofsFacts facts) {
        return new ByteCount(facts.size()) + ", " + facts.inodes() + " inodes, "
                + (facts.codecs().isEmpty() ? "not compressed" : String.join(", ", facts.codecs())) + ", volume '"
                + ForeignText.printable(facts.volumeName()) + "', built " + facts.buildTime() + ", UUID " + facts.uuid()
                + switch (facts.checksum()) {
                    case RIGHT -> "";
                    case ABSENT -> ", no checksum";
                    case WRONG -> ", WRONG CHECKSUM of its superblock";
                };
    }

    private void verity(VerityFacts facts) {
        key(
                "verity",
                facts.algorithm() + " over " + new ByteCount(facts.dataSize()) + ", hashes "
                        + new ByteCount(facts.hashSize()));
        key("salt", facts.salt());
    }

    private void table(List<List<String>> rows) {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (var row : rows) {
            var line = new StringBuilder(" ");
            for (var i = 0; i < widths.length; i++) {
                line.append(' ')
                        .append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length() + 1));
            }
            line(line.toString());
        }
    }
}
