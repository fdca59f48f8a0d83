package io.bascule.qemuharness.faultdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final List<DiskEvent> events = new ArrayList<>();
    private final FaultDisk disk = new FaultDisk(new MemoryBlockDevice(1 << 20), events::add);

    @Test
    void failsReadsOfARangeForGoodUntilItIsHealed() throws Exception {
        var fault = new Fault.FailReads(ByteRange.of(1024, 512), Fault.ALWAYS);
        disk.inject(fault);

        for (var i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Sectors.values(disk, 1, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk failed on purpose: read of 1024 bytes at 512, by " + fault);
        }
        assertThat(Sectors.values(disk, 0, 2)).containsExactly(0, 0);
        assertThat(Sectors.values(disk, 3, 1)).containsExactly(0);
        Sectors.write(disk, 2, 1, 5);

        disk.heal(fault);
        assertThat(Sectors.values(disk, 1, 2)).containsExactly(0, 5);
    }

    @Test
    void failsTheNextWritesOnly() throws Exception {
        disk.inject(new Fault.FailWrites(ByteRange.ALL, 3));

        assertThatThrownBy(() -> Sectors.write(disk, 0, 1, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.zero(0, new ByteCount(512), true)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.trim(0, new ByteCount(512), false)).isInstanceOf(IOException.class);
        assertThat(events).isEmpty();
        assertThat(Sectors.values(disk, 0, 1)).containsExactly(0);

        Sectors.write(disk, 0, 1, 4);
        assertThat(Sectors.values(disk, 0, 1)).containsExactly(4);
    }

    @Test
    void aFlushThatFailsMakesNothingDurable() throws Exception {
        Sectors.write(disk, 0, 1, 1);
        disk.inject(new Fault.FailFlushes(1));

        assertThatThrownBy(disk::flush).isInstanceOf(IOException.class);
        assertThat(events).hasSize(1);
        assertThat(disk.cutPower(new CutPolicy.DropAll()).lostSectors()).isEqualTo(1);
        disk.powerOn();
        disk.flush();
    }

    @Test
    void rotChangesWhatIsReadWhereItIs() throws Exception {
        Sectors.write(disk, 0, 3, 0x11);
        disk.flush();
        disk.inject(new Fault.BitRot(ByteRange.of(512, 512), 0x80));

        assertThat(Sectors.values(disk, 0, 3)).containsExactly(0x11, 0x91, 0x11);
        assertThat(Sectors.values(disk, 1, 1)).containsExactly(0x91);
        Sectors.write(disk, 1, 1, 0x22);
        assertThat(Sectors.values(disk, 0, 3)).containsExactly(0x11, 0xA2, 0x11);

        disk.heal();
        assertThat(Sectors.values(disk, 0, 3)).containsExactly(0x11, 0x22, 0x11);
    }

    @Test
    void oneBitOfOneByteMayRot() throws Exception {
        disk.inject(new Fault.BitRot(ByteRange.of(700, 1), 0x04));
        var found = ByteBuffer.allocate(1024);
        disk.read(0, found);

        assertThat(found.get(700)).isEqualTo((byte) 4);
        assertThat(found.put(700, (byte) 0).flip()).isEqualTo(ByteBuffer.allocate(1024));
    }

    @Test
    void everyRequestWaitsForAStall() throws Exception {
        var stall = Duration.ofMillis(200);
        disk.inject(new Fault.Stall(stall));
        assertThat(disk.isStalling()).isTrue();
        var began = System.nanoTime();
        Sectors.write(disk, 0, 1, 1);
        disk.flush();

        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(2 * stall.toNanos());
        disk.heal();
        assertThat(disk.isStalling()).isFalse();
    }

    @Test
    void requestsGoOnWhenTheStallIsHealed() throws Exception {
        var fault = new Fault.Stall(FOR_EVER);
        disk.inject(fault);
        var request = waiting(() -> {
            Sectors.write(disk, 0, 1, 1);
            return null;
        });
        disk.heal(fault);
        request.get();

        assertThat(Sectors.values(disk, 0, 1)).containsExactly(1);
    }

    @Test
    void requestsThatWaitFailWithThePowerHoweverSoonItIsBack() throws Exception {
        var stall = new Fault.Stall(FOR_EVER);
        // Often, because whether the request wakes before or after the power is back is not up to us.
        for (var round = 0; round < 100; round++) {
            disk.inject(stall);
            var request = waiting(() -> {
                Sectors.write(disk, 0, 1, 1);
                return null;
            });
            disk.cutPower(new CutPolicy.DropAll());
            disk.powerOn();

            assertThatThrownBy(() -> request.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            disk.heal();
        }
        assertThat(Sectors.values(disk, 0, 1)).containsExactly(0);
    }

    @Test
    void requestsThatWaitCanBeAbandonedOrInterrupted() throws Exception {
        disk.inject(new Fault.Stall(FOR_EVER));
        var abandoned = waiting(() -> Sectors.values(disk, 0, 1));
        disk.abandonStalled();
        assertThatThrownBy(abandoned::get).hasMessageContaining("abandoned while the disk stalled");

        var failure = new CompletableFuture<Throwable>();
        var thread = Thread.ofPlatform().start(() -> {
            try {
                disk.flush();
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        thread.interrupt();
        assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void refusesFaultsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.Stall(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.FailFlushes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.FailReads(ByteRange.ALL, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fault.BitRot(ByteRange.ALL, 256));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.of(1, Long.MAX_VALUE));
    }

    /** {@return a request that has begun, in a thread of its own, and waits in the disk} */
    private static <T> FutureTask<T> waiting(Callable<T> request) throws InterruptedException {
        var task = new FutureTask<>(request);
        var thread = Thread.ofPlatform().daemon().start(task);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(5);
        }
        return task;
    }
}
