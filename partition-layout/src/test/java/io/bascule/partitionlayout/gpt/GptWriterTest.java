package io.bascule.partitionlayout.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GptWriterTest {
    private static final int SEED = 7002;

    enum Damage {
        NONE,
        PRIMARY,
        BACKUP
    }

    /**
     * Cuts the power during an update: everything before the last flush is on the disk, and of the writes after it any
     * sectors in any order.
     */
    @ParameterizedTest
    @EnumSource
    void leavesOldOrNewTableAfterAPowerCut(Damage damage) throws IOException {
        var random = new Random(SEED);
        var old = Tables.small(SectorSize.B512);
        var updated = old.withEntry(4, old.entry(4).withName("USR-A partial").withUnique(Guid.nameBased("x")));
        var start = new byte[Tables.DISK_SIZE];
        GptWriter.create(new MemoryBlockDevice(start), old);
        switch (damage) {
            case NONE -> {}
            case PRIMARY -> start[512]++;
            case BACKUP -> start[Tables.DISK_SIZE - 512]++;
        }
        var recorder = new Recorder(start.clone());
        GptWriter.update(recorder, Tables.read(recorder, old), updated);
        assertThat(Tables.read(recorder, updated)).isEqualTo(new GptReadResult(updated, false, List.of()));

        var flushed = start.clone();
        var seen = new ArrayList<GptTable>();
        for (var epoch : recorder.epochs) {
            for (var round = 0; round < 300; round++) {
                var bytes = flushed.clone();
                var kept = random.nextDouble();
                for (var sector : epoch) {
                    if (round == 0 || random.nextDouble() < kept) {
                        sector.applyTo(bytes);
                    }
                }
                var found = Tables.read(new MemoryBlockDevice(bytes), old).table();
                assertThat(found).as("seed %d, round %d", SEED, round).isIn(old, updated);
                seen.add(found);
            }
            epoch.forEach(sector -> sector.applyTo(flushed));
        }
        assertThat(seen).contains(old, updated);
    }

    private record Sector(int position, ByteBuffer bytes) {
        void applyTo(byte[] disk) {
            bytes.get(0, disk, position, bytes.capacity());
        }
    }

    /** Notes the sectors written between flushes. */
    private static final class Recorder implements BlockDevice {
        private final BlockDevice disk;
        final List<List<Sector>> epochs = new ArrayList<>(List.of(new ArrayList<>()));

        Recorder(byte[] bytes) {
            this.disk = new MemoryBlockDevice(bytes);
        }

        @Override
        public ByteCount size() {
            return disk.size();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            disk.read(position, target);
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            var bytes = new byte[source.remaining()];
            source.duplicate().get(bytes);
            for (var i = 0; i < bytes.length; i += 512) {
                var sector = Arrays.copyOfRange(bytes, i, Math.min(i + 512, bytes.length));
                epochs.getLast().add(new Sector((int) position + i, ByteBuffer.wrap(sector)));
            }
            disk.write(position, source);
        }

        @Override
        public void flush() throws IOException {
            epochs.add(new ArrayList<>());
            disk.flush();
        }

        @Override
        public void close() {}
    }

    @Test
    void leavesBootCodeInTheMbrAlone() throws IOException {
        var table = Tables.small(SectorSize.B512);
        var disk = Tables.disk(table);
        disk.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        GptWriter.update(disk, Tables.read(disk, table), table);
        var boot = ByteBuffer.allocate(3);
        disk.read(0, boot);
        assertThat(boot.array()).containsExactly(1, 2, 3);
    }

    @Test
    void refusesADiskThatEndsBeforeTheTable() {
        var disk = new MemoryBlockDevice(Tables.DISK_SIZE - 512);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GptWriter.create(disk, Tables.small(SectorSize.B512)))
                .withMessageContaining("1048576")
                .withMessageContaining("1048064");
    }

    @Test
    void protectsAsMuchOfAHugeDiskAsAnMbrCan() {
        var mbr = ProtectiveMbr.encode(1L << 33).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(mbr.getInt(446 + 8)).isEqualTo(1);
        assertThat(mbr.getInt(446 + 12)).isEqualTo(0xFFFF_FFFF);
    }
}
