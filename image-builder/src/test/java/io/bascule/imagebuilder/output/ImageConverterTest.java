package io.bascule.imagebuilder.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From raw to every format and back, and what others say of the files in between. */
class ImageConverterTest {
    @TempDir
    private Path folder;

    private Path raw;

    @BeforeEach
    void makeDisk() throws IOException {
        raw = SampleDisks.sparse(folder.resolve("disk.raw"));
    }

    /** Compressors are slow, and their segments smaller than this. */
    private Path packable() throws IOException {
        return SampleDisks.write(file("packable.raw"), 42L << 20);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @ParameterizedTest
    @EnumSource(DiskFormat.class)
    void thereAndBackGivesTheSameBytes(DiskFormat format) throws Exception {
        var there = SampleDisks.convert(raw, file("there." + format.suffix()));
        try (var read = DiskFile.open(there, folder, OutputProgress.NONE)) {
            assertThat(read.format()).isEqualTo(new OutputFormat(format, Packing.NONE));
            assertThat(SampleDisks.knowsItsData(read.device())).isTrue();
        }
        assertThat(Files.mismatch(raw, SampleDisks.convert(there, file("back.raw"))))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(value = DiskFormat.class, names = "RAW", mode = EnumSource.Mode.EXCLUDE)
    void qemuSeesTheSameDisk(DiskFormat format) throws Exception {
        var qemu = ExternalTool.require("qemu-img");
        var there = SampleDisks.convert(raw, file("there." + format.suffix())).toString();
        var type = type(format);
        assertThat(qemu.run("compare", "-f", "raw", "-F", type, raw.toString(), there))
                .contains("Images are identical");
        assertThat(qemu.run("info", "-f", type, there)).contains("virtual size: 64 MiB (67108864 bytes)");
        if (!type.equals("vpc")) {
            assertThat(qemu.run("check", "-f", type, there)).contains("No errors were found on the image");
        }
    }

    private static String type(DiskFormat format) {
        return switch (format) {
            case RAW -> "raw";
            case QCOW2, QCOW2_ZSTD -> "qcow2";
            case VMDK -> "vmdk";
            case VHD, VHD_DYNAMIC -> "vpc";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "qcow2, qcow2, ''",
        "qcow2, qcow2, compat=0.10",
        "qcow2, qcow2, cluster_size=512",
        "qcow2, qcow2, 'cluster_size=2M,refcount_bits=1'",
        "qcow2 -c, qcow2, ''",
        "qcow2 -c, qcow2, compression_type=zstd",
        "vmdk, vmdk, subformat=monolithicSparse",
        "vmdk, vmdk, subformat=streamOptimized",
        "vpc, vhd, 'subformat=fixed,force_size=on'",
        "vpc, vhd, 'subformat=dynamic,force_size=on'"
    })
    void whatQemuWritesIsRead(String format, String suffix, String options) throws Exception {
        var qemu = ExternalTool.require("qemu-img");
        var command = new ArrayList<>(Arrays.asList("convert -f raw -O".split(" ")));
        command.addAll(Arrays.asList(format.split(" ")));
        if (!options.isEmpty()) {
            command.add("-o");
            command.add(options);
        }
        var theirs = file("theirs." + suffix);
        command.add(raw.toString());
        command.add(theirs.toString());
        qemu.run(command.toArray(String[]::new));

        assertThat(Files.mismatch(raw, SampleDisks.convert(theirs, file("back.raw"))))
                .isEqualTo(-1);
        try (var read = DiskFile.open(theirs, folder, OutputProgress.NONE)) {
            assertThat(SampleDisks.knowsItsData(read.device())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "vmdk", "dynamic.vhd"})
    void holesTakeNoSpace(String suffix) throws Exception {
        assertThat(Files.size(SampleDisks.convert(raw, file("there." + suffix))))
                .isLessThan(16L << 20);
    }

    @Test
    void zstdClustersAreSmaller() throws Exception {
        assertThat(Files.size(SampleDisks.convert(raw, file("z.zstd.qcow2"))))
                .isLessThan(Files.size(SampleDisks.convert(raw, file("p.qcow2"))) - (2 << 20));
    }

    @ParameterizedTest
    @CsvSource({"zst, zstd", "xz, xz", "bz2, bzip2"})
    void theToolsUnpackWhatIsPacked(String suffix, String tool) throws Exception {
        var packable = packable();
        var there = SampleDisks.convert(packable, file("there.raw." + suffix));
        var program = ExternalTool.require(tool);
        program.run("-t", there.toString());
        assertThat(Files.mismatch(packable, SampleDisks.convert(there, file("back.raw"))))
                .isEqualTo(-1);
        program.run("-d", "-k", there.toString());
        assertThat(Files.mismatch(packable, file("there.raw"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zst", "xz", "bz2"})
    void whatTheToolsPackIsRead(String suffix) throws Exception {
        var tool = suffix.equals("zst") ? "zstd" : suffix.equals("xz") ? "xz" : "bzip2";
        var packable = packable();
        ExternalTool.require(tool).run("-1", "-k", packable.toString());
        assertThat(Files.mismatch(packable, SampleDisks.convert(file("packable.raw." + suffix), file("back.raw"))))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd.qcow2", "raw.zst", "raw.bz2", "qcow2.xz"})
    void threadsChangeNothing(String suffix) throws Exception {
        var format = OutputFormat.ofFileName("x." + suffix).orElseThrow();
        var packable = packable();
        for (var threads : new int[] {1, 3}) {
            ImageConverter.convert(
                    packable,
                    file(threads + "." + suffix),
                    format,
                    false,
                    new OutputOptions(OptionalInt.of(1), threads),
                    SampleDisks.SILENT);
        }
        assertThat(Files.mismatch(file("1." + suffix), file("3." + suffix))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(DiskFormat.class)
    void timeAndPlaceChangeNothing(DiskFormat format) throws Exception {
        var first = SampleDisks.convert(raw, file("there." + format.suffix()));
        var folderOfSecond = Files.createDirectory(file("other"));
        var second = SampleDisks.convert(raw, folderOfSecond.resolve("there." + format.suffix()));
        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }

    @Test
    void anotherDiskIsAnotherIdentity() throws Exception {
        var other = Files.copy(raw, file("other.raw"));
        SampleDisks.overwrite(other, 512, (byte) 1, (byte) 2, (byte) 3);
        try (var one = Files.newInputStream(SampleDisks.convert(raw, file("one.vmdk")));
                var two = Files.newInputStream(SampleDisks.convert(other, file("two.vmdk")))) {
            assertThat(cid(one.readNBytes(2048))).isNotEqualTo(cid(two.readNBytes(2048)));
        }
    }

    private static String cid(byte[] start) {
        return VmdkDescriptor.value(new String(start, StandardCharsets.ISO_8859_1), "CID")
                .orElseThrow();
    }

    @Test
    void disksOfAnySizeInSectorsKeepIt() throws Exception {
        var odd = SampleDisks.write(file("odd.raw"), (64L << 20) + 512 * 3);
        for (var format : DiskFormat.values()) {
            var there = SampleDisks.convert(odd, file("there." + format.suffix()));
            var back = SampleDisks.convert(there, file("back-" + format.suffix() + ".raw"));
            assertThat(Files.mismatch(odd, back)).as(format.text()).isEqualTo(-1);
        }
    }

    @Test
    void aDiskOfTerabytesIsWrittenAndReadByItsData() throws Exception {
        var large = SampleDisks.convert(raw, file("small.qcow2"));
        // The header may claim more than a table covers, so another tool makes it.
        ExternalTool.require("qemu-img").run("resize", large.toString(), "1T");
        var copy = SampleDisks.convert(large, file("copy.zstd.qcow2"));
        try (var read = DiskFile.open(copy, folder, OutputProgress.NONE)) {
            assertThat(read.device().size().bytes()).isEqualTo(1L << 40);
            assertThat(read.device().nextData(64L << 20)).isEqualTo(1L << 40);
        }
    }

    @Test
    void anExistingFileStaysUnlessForced() throws Exception {
        Files.writeString(file("out.qcow2"), "mine");
        assertThatThrownBy(() -> SampleDisks.convert(raw, file("out.qcow2")))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("already");
        assertThat(file("out.qcow2")).hasContent("mine");
        ImageConverter.convert(
                raw, file("out.qcow2"), OutputFormat.parse("qcow2"), true, SampleDisks.OPTIONS, SampleDisks.SILENT);
        assertThat(Files.size(file("out.qcow2"))).isGreaterThan(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "zstd.qcow2", "vmdk", "dynamic.vhd", "vhd", "raw.zst", "raw.xz", "raw.bz2"})
    void whatIsCutOffIsSaidAndLeavesNothing(String suffix) throws Exception {
        var small = SampleDisks.write(file("small.raw"), 42L << 20);
        SampleDisks.truncate(small, 11 << 20);
        var there = SampleDisks.convert(small, file("there." + suffix));
        SampleDisks.truncate(there, Files.size(there) * 3 / 4);
        if (suffix.equals("vhd")) {
            // Without its footer a fixed VHD is as good a raw disk as any; that it is short is seen by who reads it.
            SampleDisks.truncate(there, Files.size(there) - 100);
            assertThatThrownBy(() -> SampleDisks.convert(there, file("back.raw")))
                    .hasMessageContaining("not whole sectors");
        } else {
            assertThatThrownBy(() -> SampleDisks.convert(there, file("back.raw")))
                    .isInstanceOf(MalformedFormatException.class)
                    .hasMessageContaining("at offset");
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(raw, small, there);
        }
    }

    @Test
    void damageInPackedFilesIsFound() throws Exception {
        var small = SampleDisks.write(file("small.raw"), 42L << 20);
        SampleDisks.truncate(small, 11 << 20);
        for (var suffix : new String[] {"zst", "xz", "bz2"}) {
            var there = SampleDisks.convert(small, file("there.raw." + suffix));
            var bytes = Files.readAllBytes(there);
            bytes[bytes.length / 2] ^= 1;
            Files.write(there, bytes);
            assertThatThrownBy(() -> SampleDisks.convert(there, file("back.raw")))
                    .as(suffix)
                    .isInstanceOf(MalformedFormatException.class);
            assertThat(file("back.raw")).doesNotExist();
        }
    }

    @Test
    void aVmdkThatWouldBeTooLargeIsRefused() throws Exception {
        SampleDisks.convert(raw, file("small.qcow2"));
        ExternalTool.require("qemu-img").run("resize", file("small.qcow2").toString(), "3T");
        assertThatThrownBy(() -> SampleDisks.convert(file("small.qcow2"), file("large.vmdk")))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("too large for vmdk");
    }

    @ParameterizedTest
    @CsvSource({
        "disk.raw, raw",
        "disk.img, raw",
        "disk.img.xz, raw.xz",
        "disk.qcow2, qcow2",
        "disk.zstd.qcow2, qcow2-zstd",
        "disk.zstd.qcow2.bz2, qcow2-zstd.bz2",
        "a.dynamic.vhd, vhd-dynamic",
        "a.vhd.zst, vhd.zst"
    })
    void namesOfFilesSayTheFormat(String name, String format) {
        assertThat(OutputFormat.ofFileName(name)).contains(OutputFormat.parse(format));
        assertThat(OutputFormat.parse(format)).hasToString(format);
    }

    @Test
    void otherNamesSayNothing() {
        assertThat(OutputFormat.ofFileName("disk.iso")).isEmpty();
        assertThat(OutputFormat.ofFileName("raw")).isEmpty();
        assertThatThrownBy(() -> OutputFormat.parse("iso")).hasMessageContaining("'iso'", "qcow2-zstd");
    }
}
