package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuImgTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void refusesADiskSmallerThanItsBase() throws Exception {
        var base = base(ByteCount.ofMiB(4));

        assertThatThrownBy(() -> QemuImg.createOverlay(base, folder.resolve("small.qcow2"), ByteCount.ofMiB(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.0 MiB")
                .hasMessageContaining("4.0 MiB");
        assertThat(folder.resolve("small.qcow2")).doesNotExist();
    }

    @Test
    void makesADiskLargerThanItsBase() throws Exception {
        Assumptions.assumeTrue(QemuRequirements.missing().isEmpty(), "no QEMU");
        var overlay = folder.resolve("large.qcow2");

        QemuImg.createOverlay(base(ByteCount.ofMiB(4)), overlay, ByteCount.ofMiB(64));

        assertThat(QemuImg.formatOf(overlay)).isEqualTo(Disk.Format.QCOW2);
        assertThat(QemuImg.sizeOf(overlay)).isEqualTo(ByteCount.ofMiB(64));
    }

    @Test
    void refusesAQcow2HeaderThatIsCutShort() throws Exception {
        var file = Files.write(folder.resolve("cut.qcow2"), new byte[] {'Q', 'F', 'I', (byte) 0xFB, 0, 0, 0, 3});

        assertThatThrownBy(() -> QemuImg.sizeOf(file)).isInstanceOf(MalformedFormatException.class);
    }

    private Path base(ByteCount size) throws Exception {
        var base = folder.resolve("base.raw");
        FileBlockDevice.create(base, size).close();
        return base;
    }
}
