package io.bascule.scenarios.script;

import io.bascule.partitionlayout.BlockDevices;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.partitionlayout.gpt.GptReader;
import io.bascule.partitionlayout.gpt.GptTable;
import io.bascule.qemuharness.Disk;
import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.FaultDisk;
import io.bascule.qemuharness.faultdisk.PowerLoss;
import io.bascule.qemuharness.nbd.NbdServer;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.TraceWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A disk that holds what was not flushed, keeps a log of what it was told, and loses its power at any moment wanted. */
final class TruthfulDisk implements AutoCloseable {
    private final FaultDisk disk;
    private final NbdServer server;
    private final DiskLog log;
    private final Object recording = new Object();
    private volatile @Nullable Trap trap;
    private @Nullable TraceWriter trace;

    /** A moment at which the power goes. */
    private record Trap(Predicate<DiskEvent> when, CutPolicy policy, CompletableFuture<PowerLoss> sprung) {}

    private TruthfulDisk(FileBlockDevice file, Path logFile) throws IOException {
        this.log = new DiskLog(logFile);
        this.disk = new FaultDisk(file, this::hear);
        this.server = NbdServer.serve(disk);
    }

    /**
     * A new disk with the contents of an image.
     *
     * @param file where it is kept
     * @param logFile of what it is told
     */
    static TruthfulDisk create(Path image, Path file, ByteCount size, Path logFile) throws IOException {
        try (var from = FileBlockDevice.openReadOnly(image);
                var to = FileBlockDevice.create(file, size)) {
            BlockDevices.copy(from, to);
        }
        return new TruthfulDisk(FileBlockDevice.open(file), logFile);
    }

    Disk forMachine() {
        return Disk.nbd(server.socket());
    }

    /** {@return the disk itself, to be given faults} */
    FaultDisk faults() {
        return disk;
    }

    /** Gives it its power back after a cut. */
    void powerOn() {
        disk.powerOn();
    }

    /** {@return its partition table, as a host would read it now} */
    GptTable table() throws IOException {
        return GptReader.read(disk, SectorSize.B512).table();
    }

    /** Cuts the power right behind the first event from now on that {@code when} holds for. */
    void cutPowerWhen(Predicate<DiskEvent> when, CutPolicy policy) {
        trap = new Trap(when, policy, new CompletableFuture<>());
    }

    /** Waits until the power was cut. {@return what was lost; nothing if it did not come to it in time} */
    Optional<PowerLoss> awaitCut(Duration limit) throws IOException, InterruptedException {
        var waiting = trap;
        if (waiting == null) {
            throw new IllegalStateException("no moment was named at which the power goes");
        }
        try {
            return Optional.of(waiting.sprung().get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("the power could not be cut: " + e.getCause(), e);
        } finally {
            trap = null;
        }
    }

    /** Remembers what it holds, and from now on all that it is told. The machine must be off. */
    void beginRecording(DiskRecording files) throws IOException {
        disk.flush();
        try (var to = FileBlockDevice.create(files.base(), disk.size())) {
            BlockDevices.copy(disk, to);
        }
        synchronized (recording) {
            trace = TraceWriter.create(files.trace(), disk.size());
        }
    }

    /** Ends the recording; the machine may run. */
    void endRecording() throws IOException {
        synchronized (recording) {
            if (trace != null) {
                trace.close();
                trace = null;
            }
        }
    }

    private void hear(DiskEvent event) {
        log.accept(event);
        synchronized (recording) {
            if (trace != null) {
                trace.accept(event);
            }
        }
        var set = trap;
        if (set == null
                || set.sprung().isDone()
                || event instanceof DiskEvent.Mark
                || !set.when().test(event)) {
            return;
        }
        try {
            // Now and not a little later: this is called while the disk does nothing else.
            set.sprung().complete(disk.cutPower(set.policy()));
        } catch (IOException e) {
            set.sprung().completeExceptionally(new UncheckedIOException(e));
        }
    }

    @Override
    public void close() throws IOException {
        try (log;
                disk;
                server) {
            // All three, the server first, so that the log hears of everything.
            endRecording();
        }
    }
}
