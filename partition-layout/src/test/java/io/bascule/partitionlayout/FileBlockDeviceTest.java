package io.bascule.partitionlayout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlockDeviceTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aNewFileKnowsWhereItMayHaveData() throws Exception {
        try (var device = FileBlockDevice.create(folder.resolve("new"), new ByteCount(10_000_000))) {
            assertThat(device.nextData(0)).isEqualTo(10_000_000);
            device.write(3_000_000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            device.write(9_999_999, ByteBuffer.wrap(new byte[] {4}));
            device.write(5_000_000, ByteBuffer.allocate(0));
            assertThat(device.nextData(0)).isEqualTo(3_000_000 / 65536 * 65536);
            assertThat(device.nextData(3_000_001)).isEqualTo(3_000_001);
            assertThat(device.nextData(3_100_000)).isEqualTo(9_999_999 / 65536 * 65536);
            assertThat(device.nextData(9_999_999)).isEqualTo(9_999_999);
            assertThat(device.nextData(10_000_000)).isEqualTo(10_000_000);
            device.write(131_000, ByteBuffer.allocate(200));
            assertThat(device.nextData(0)).isEqualTo(65536);
            assertThat(device.nextData(131_100)).isEqualTo(131_100);
        }
        try (var device = FileBlockDevice.openReadOnly(folder.resolve("new"))) {
            assertThat(device.nextData(1))
                    .as("of a file that was there nobody knows")
                    .isEqualTo(1);
        }
    }
}
