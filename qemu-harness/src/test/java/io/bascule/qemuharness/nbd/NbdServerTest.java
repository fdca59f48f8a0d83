package io.bascule.qemuharness.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.qemuharness.faultdisk.ByteRange;
import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.Fault;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.qemuharness.trace.DiskEvent;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NbdServerTest {
    private static final int SIZE = 1 << 20;
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int DISC = 2;
    private static final int FLUSH = 3;
    private static final int TRIM = 4;
    private static final int WRITE_ZEROES = 6;
    private static final int FUA = 1;
    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;

    private final byte[] bytes = new byte[SIZE];
    private final List<DiskEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final FaultDisk disk = new FaultDisk(new MemoryBlockDevice(bytes), events::add);

    @TempDir
    private Path folder = Path.of("");

    private NbdServer server;
    private RawClient client;

    @BeforeEach
    void serve() throws IOException {
        server = NbdServer.serve(disk);
        client = RawClient.transmitting(server.socket());
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        server.close();
    }

    private static byte[] filled(int length, int value) {
        var data = new byte[length];
        Arrays.fill(data, (byte) value);
        return data;
    }

    private void write(int flags, long offset, int length, int value) throws IOException {
        client.request(flags, WRITE, offset, length);
        client.send(filled(length, value));
    }

    @Test
    void readsWritesAndFlushes() throws Exception {
        write(0, 512, 1024, 0x11);
        client.expectReply(0);
        client.request(0, READ, 0, 2048);
        client.expectReply(0);
        assertThat(client.receive(512)).isEqualTo(filled(512, 0));
        assertThat(client.receive(1024)).isEqualTo(filled(1024, 0x11));
        assertThat(client.receive(512)).isEqualTo(filled(512, 0));
        assertThat(bytes[512]).isZero();
        client.request(0, FLUSH, 0, 0);
        client.expectReply(0);
        assertThat(bytes[512]).isEqualTo((byte) 0x11);
    }

    @Test
    void passesOnWhatHasToBeDurable() throws Exception {
        write(FUA, 0, 2048, 0x11);
        client.expectReply(0);
        assertThat(bytes[0]).isEqualTo((byte) 0x11);
        client.request(FUA, WRITE_ZEROES, 0, 512);
        client.expectReply(0);
        client.request(FUA, TRIM, 512, 512);
        client.expectReply(0);
        client.request(2, WRITE_ZEROES, 1024, 512);
        client.expectReply(0);

        assertThat(Arrays.copyOf(bytes, 1024)).isEqualTo(new byte[1024]);
        assertThat(bytes[1024]).isEqualTo((byte) 0x11);
        assertThat(events).hasSize(4);
    }

    @Test
    void answersWhatCannotBeWithAnError() throws Exception {
        client.request(0, READ, SIZE - 512, 1024);
        client.expectReply(EINVAL);
        client.request(0, READ, -512, 512);
        client.expectReply(EINVAL);
        client.request(0, READ, 0, (32 << 20) + 512);
        client.expectReply(EINVAL);
        client.request(0, READ, 1, 512);
        client.expectReply(EINVAL);
        client.request(4, READ, 0, 512);
        client.expectReply(EINVAL);
        write(0, SIZE, 512, 1);
        client.expectReply(ENOSPC);
        write(0, 0, 511, 1);
        client.expectReply(EINVAL);
        client.request(0, WRITE_ZEROES, 0, 0xFFFFFE00L);
        client.expectReply(ENOSPC);
        client.request(0, TRIM, 512, SIZE);
        client.expectReply(EINVAL);
        client.request(0, FLUSH, 512, 0);
        client.expectReply(EINVAL);
        client.request(0, 5, 0, 512);
        client.expectReply(EINVAL);
        client.request(0, 77, 0, 512);
        client.expectReply(EINVAL);
        assertThat(events).isEmpty();

        client.request(0, READ, 0, 512);
        client.expectReply(0);
        client.receive(512);
    }

    @Test
    void tellsFailuresOfTheDisk() throws Exception {
        disk.inject(new Fault.FailReads(ByteRange.of(0, 512), 1));
        client.request(0, READ, 0, 512);
        client.expectReply(EIO);
        client.request(0, READ, 0, 512);
        client.expectReply(0);
        client.receive(512);

        disk.cutPower(new CutPolicy.DropAll());
        client.request(0, FLUSH, 0, 0);
        client.expectReply(EIO);
        disk.powerOn();
        client.request(0, FLUSH, 0, 0);
        client.expectReply(0);
    }

    @Test
    void servesAnyBlockDevice() throws Exception {
        var plain = new byte[SIZE];
        Arrays.fill(plain, (byte) 0x33);
        try (var other = NbdServer.serve(new MemoryBlockDevice(plain));
                var reader = RawClient.transmitting(other.socket())) {
            reader.request(0, WRITE, 0, 512);
            reader.send(filled(512, 0x11));
            reader.expectReply(0);
            reader.request(FUA, WRITE_ZEROES, 512, 100 << 10);
            reader.expectReply(0);
            reader.request(0, TRIM, 200 << 10, 512);
            reader.expectReply(0);
            reader.request(0, READ, 0, 1024);
            reader.expectReply(0);
            assertThat(reader.receive(1024)).isEqualTo(Arrays.copyOf(filled(512, 0x11), 1024));
        }
        assertThat(plain[(100 << 10) + 511]).isZero();
        assertThat(plain[(100 << 10) + 512]).isEqualTo((byte) 0x33);
    }

    @Test
    void disconnectingEndsTheConnection() throws Exception {
        client.request(0, DISC, 0, 0);
        client.expectEnd();
    }

    @Test
    void requestsWaitForAStallSideBySide() throws Exception {
        var stall = new Fault.Stall(Duration.ofDays(1));
        disk.inject(stall);
        for (var cookie = 1; cookie <= 3; cookie++) {
            client.request(0, READ, cookie, 0, 512);
        }
        client.request(0, DISC, 0, 0);
        disk.heal(stall);

        // In any order, and all of them although the client has said goodbye.
        var cookies = new ArrayList<Integer>();
        for (var i = 0; i < 3; i++) {
            var reply = client.receive(16 + 512);
            cookies.add((int) reply[15]);
        }
        assertThat(cookies).containsExactlyInAnyOrder(1, 2, 3);
        client.expectEnd();
    }

    /** A stalling disk that answers reads when three are there. */
    private record ThreeAtOnce(CyclicBarrier barrier) implements DiskDevice {
        @Override
        public ByteCount size() {
            return new ByteCount(SIZE);
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            try {
                barrier.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IOException(e);
            }
            target.put(new byte[target.remaining()]);
        }

        @Override
        public void write(long position, ByteBuffer source, boolean durable) {}

        @Override
        public void zero(long position, ByteCount length, boolean durable) {}

        @Override
        public void trim(long position, ByteCount length, boolean durable) {}

        @Override
        public void flush() {}

        @Override
        public boolean isStalling() {
            return true;
        }

        @Override
        public void abandonStalled() {
            barrier.reset();
        }

        @Override
        public void close() {}
    }

    @Test
    void stallsDoNotAddUp() throws Exception {
        try (var other = NbdServer.serve(new ThreeAtOnce(new CyclicBarrier(3)));
                var reader = RawClient.transmitting(other.socket())) {
            for (var cookie = 1; cookie <= 3; cookie++) {
                reader.request(0, READ, cookie, 0, 512);
            }
            reader.receive(3 * (16 + 512));
        }
    }

    @Test
    void closingDropsClientsThatWaitAndDeletesTheSocket() throws Exception {
        disk.inject(new Fault.Stall(Duration.ofDays(1)));
        client.request(0, FLUSH, 0, 0);
        var socket = server.socket();
        server.close();

        client.expectEnd();
        assertThat(socket).doesNotExist();
        assertThat(socket.getParent()).doesNotExist();
        assertThatThrownBy(() -> new RawClient(socket).close()).isInstanceOf(IOException.class);
        disk.heal();
        disk.flush();
        server.close();
    }

    @Test
    void clientsThatSendGarbageAreDroppedAndTheServerLives() throws Exception {
        var random = new Random(4002);
        for (var round = 0; round < 300; round++) {
            var garbage = new byte[1 + random.nextInt(200)];
            random.nextBytes(garbage);
            try (var bad =
                    random.nextBoolean() ? new RawClient(server.socket()) : RawClient.transmitting(server.socket())) {
                if (random.nextBoolean() && garbage.length >= 28) {
                    // A request, with anything in it.
                    System.arraycopy(new byte[] {0x25, 0x60, (byte) 0x95, 0x13, 0, 0, 0}, 0, garbage, 0, 7);
                    garbage[7] = (byte) random.nextInt(8);
                }
                bad.send(garbage);
            } catch (IOException e) {
                // Dropped while it was sending.
            }
        }
        write(0, 0, 512, 0x44);
        client.expectReply(0);
    }

    @Test
    void aWriteTooLongToReadEndsTheConnection() throws Exception {
        client.request(0, WRITE, 0, 0xFFFFFE00L);
        client.expectEnd();
    }

    @Test
    void neverTakesASocketThatIsThere() throws Exception {
        var taken = folder.resolve("disk");
        try (var first = NbdServer.serve(new MemoryBlockDevice(512), taken)) {
            assertThatThrownBy(() ->
                            NbdServer.serve(new MemoryBlockDevice(512), taken).close())
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining(taken + ": there is a file of that name");
            RawClient.transmitting(first.socket()).close();
        }
        assertThat(taken).doesNotExist();

        Files.writeString(taken, "precious");
        assertThatThrownBy(
                        () -> NbdServer.serve(new MemoryBlockDevice(512), taken).close())
                .isInstanceOf(BindException.class);
        assertThat(taken).hasContent("precious");
    }

    @Test
    void neverDeletesWhatHasTakenTheNameOfItsSocket() throws Exception {
        var path = folder.resolve("disk");
        var own = folder.resolve("moved");
        try (var moved = NbdServer.serve(new MemoryBlockDevice(512), path)) {
            assertThat(moved.socket()).isEqualTo(path);
            Files.move(path, own);
            Files.writeString(path, "precious");
        }
        assertThat(path).hasContent("precious");
    }

    @Test
    void saysThatAPathIsTooLong() {
        var path = folder.resolve("x".repeat(100));
        assertThatThrownBy(
                        () -> NbdServer.serve(new MemoryBlockDevice(512), path).close())
                .isInstanceOf(BindException.class)
                .hasMessage("the path of a socket has at most 103 bytes, take a shorter one than " + path);
    }

    @Test
    void saysThatThereIsNoSuchFolder() {
        assertThatThrownBy(() -> NbdServer.serve(new MemoryBlockDevice(512), folder.resolve("absent/disk"))
                        .close())
                .isInstanceOf(BindException.class)
                .hasMessageContaining("cannot serve a disk at " + folder.resolve("absent/disk"));
    }

    @Test
    void wantsWholeSectors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NbdServer.serve(new MemoryBlockDevice(513)).close());
    }
}
