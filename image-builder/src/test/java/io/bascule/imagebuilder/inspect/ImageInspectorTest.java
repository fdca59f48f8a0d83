package io.bascule.imagebuilder.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.imagebuilder.SilentListener;
import io.bascule.imagebuilder.TinyDisks;
import io.bascule.imagebuilder.erofs.ErofsFacts;
import io.bascule.imagebuilder.output.ImageConverter;
import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.imagebuilder.output.OutputOptions;
import io.bascule.imagebuilder.output.OutputProgress;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.ExternalTool;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageInspectorTest {
    @TempDir
    private Path folder;

    private ReleaseFiles release;

    @BeforeEach
    void write() throws Exception {
        release = TinyDisks.write(folder);
    }

    private ImageReport inspect(Path file) throws Exception {
        return ImageInspector.inspect(file, folder, OutputProgress.NONE);
    }

    private ImageReport.Disk disk(Path file) throws Exception {
        return Objects.requireNonNull(inspect(file).disk());
    }

    private static void overwrite(Path file, long at, byte... bytes) throws Exception {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    @Test
    void tellsPartitionsSlotsAndBootEntries() throws Exception {
        var disk = disk(release.disk());
        assertThat(disk.faults()).isEmpty();
        assertThat(disk.partitions())
                .extracting(ImageReport.Partition::label)
                .containsExactly("ESP", "USR-A", "USR-A-verity");
        assertThat(disk.partitions())
                .extracting(ImageReport.Partition::type)
                .containsExactly("esp", "usr-x86-64", "usr-x86-64-verity");
        assertThat(disk.partitions().get(1).attributes()).containsExactly("read-only");
        assertThat(disk.partitions().get(1).offset()).isEqualTo(41L << 20);

        var slot = disk.slots().getFirst();
        assertThat(slot.name()).isEqualTo("A");
        assertThat(slot.version()).isEqualTo("1.0");
        assertThat(slot.entry()).isEqualTo("EFI/Linux/tiny_1.0.efi");

        var entry = Objects.requireNonNull(disk.esp()).entries().getFirst();
        assertThat(entry.triesLeft()).isNull();
        assertThat(entry.size()).isEqualTo(Files.size(release.uki()));
        var uki = Objects.requireNonNull(entry.uki());
        assertThat(uki.usrHash()).isEqualTo(slot.rootHash());
        assertThat(uki.kernelRelease()).isEqualTo("6.12-tiny");
        assertThat(uki.osRelease()).containsEntry("NAME", "Tiny").containsEntry("IMAGE_ID", "tiny");
        assertThat(uki.sections())
                .extracting(ImageReport.Section::name)
                .containsExactly(".text", ".osrel", ".cmdline", ".uname", ".initrd", ".linux");
        assertThat(uki.sections().get(4).size()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "qcow2-zstd", "vmdk", "vhd", "vhd-dynamic", "raw.zst", "qcow2.zst"})
    void tellsTheSameOfEveryFormat(String name) throws Exception {
        var format = OutputFormat.parse(name);
        var converted = folder.resolve("converted");
        ImageConverter.convert(
                release.disk(),
                converted,
                format,
                false,
                new OutputOptions(OptionalInt.of(1), 1),
                new SilentListener());
        var report = inspect(converted);
        assertThat(report.format()).isEqualTo(name);
        assertThat(report.size()).isEqualTo(Files.size(release.disk()));
        assertThat(report.disk()).isEqualTo(disk(release.disk()));
    }

    @Test
    void dumpErofsSeesTheSameSuperblock() throws Exception {
        var facts = Objects.requireNonNull(inspect(release.usr()).erofs());
        assertThat(facts.checksum()).isEqualTo(ErofsFacts.Checksum.RIGHT);
        assertThat(facts.volumeName()).isEqualTo("usr");
        assertThat(facts.codecs()).containsExactly("zstd");
        assertThat(facts.buildTime()).isEqualTo(TinyDisks.TIME);
        var theirs = ExternalTool.require("dump.erofs").run("-s", release.usr().toString());
        assertThat(theirs)
                .contains(facts.uuid().toString())
                .containsPattern("inode count: +" + facts.inodes() + "\n")
                .containsPattern("blocks: +" + facts.size() / facts.blockSize() + "\n");
    }

    @Test
    void tellsThePartsByThemselves() throws Exception {
        assertThat(inspect(release.uki()).kind()).isEqualTo(ImageReport.Kind.UKI);
        var verity = inspect(release.verity());
        assertThat(verity.kind()).isEqualTo(ImageReport.Kind.VERITY);
        assertThat(Objects.requireNonNull(verity.verity()).dataSize()).isEqualTo(Files.size(release.usr()));
        assertThat(verity.verity().salt()).isEqualTo("07");
    }

    @Test
    void aDamagedCopyOfTheTableIsAFault() throws Exception {
        overwrite(release.disk(), 512 + 60, (byte) 1);
        assertThat(disk(release.disk()).faults()).singleElement().asString().contains("GPT header", "CRC");
        overwrite(release.disk(), Files.size(release.disk()) - 512, new byte[512]);
        assertThatThrownBy(() -> disk(release.disk())).isInstanceOf(MalformedFormatException.class);
    }

    @Test
    void whatIsNoneOfThemIsRefused() throws Exception {
        var file = Files.writeString(folder.resolve("text"), "hello ".repeat(1000));
        assertThatThrownBy(() -> inspect(file)).isInstanceOf(MalformedFormatException.class);
        Files.writeString(file, "");
        assertThatThrownBy(() -> inspect(file)).isInstanceOf(MalformedFormatException.class);
        Files.writeString(file, "conectix");
        assertThatThrownBy(() -> inspect(file)).isInstanceOf(MalformedFormatException.class);
    }
}
