package io.bascule.qemuharness.faultdisk;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.qemuharness.nbd.DiskDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.DiskEvents;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk with a volatile cache over another device, its base: what is written is held in memory until a flush, or for good
 * if its power is cut. It can be given {@link Fault}s at any time, and tells of all that it is told. Its sectors have 512
 * bytes; writes of less read the rest of the sector first, as a kernel does.
 *
 * <p>Durable means: in the base. The base itself is flushed by {@link #close} only, because the power that is cut here is
 * this disk's, not that of the machine that the test runs on.
 *
 * <p>Safe for many threads; the events come one at a time, in the order in which they took effect. A request that fails is
 * none of them: it has changed nothing.
 */
public final class FaultDisk implements DiskDevice {
    /** In bytes. */
    public static final int SECTOR = 512;

    /** How much is held at most, unless its maker wants it otherwise. */
    public static final ByteCount HELD_LIMIT = ByteCount.ofMiB(512);

    /** The longest write that takes effect at once, as disks have one; longer ones come as several. */
    private static final int MAX_WRITE = 32 << 20;

    private final BlockDevice base;
    private final DiskEvents events;
    private final LongSupplier nanos;
    private final long began;
    private final ByteCount heldLimit;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final HeldWrites held = new HeldWrites();
    private final Faults faults = new Faults();
    private boolean powered = true;
    private long abandoned;

    /**
     * @param base whole sectors; nobody else may use it meanwhile
     * @param events hears of everything; it must not call this disk
     */
    public FaultDisk(BlockDevice base, DiskEvents events) {
        this(base, events, HELD_LIMIT, System::nanoTime);
    }

    /**
     * As the other one.
     *
     * @param heldLimit how much is held at most: writes that would be more fail
     * @param nanos the clock of the events
     */
    public FaultDisk(BlockDevice base, DiskEvents events, ByteCount heldLimit, LongSupplier nanos) {
        if (base.size().bytes() % SECTOR != 0) {
            throw new IllegalArgumentException("a disk has whole sectors of " + SECTOR + " bytes, not "
                    + base.size().bytes() + " bytes");
        }
        this.base = base;
        this.events = events;
        this.heldLimit = heldLimit;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    @Override
    public ByteCount size() {
        return base.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        checkRange(position, target.remaining());
        request(() -> {
            faults.beforeRead(position, target.remaining());
            var index = target.position();
            var count = target.remaining();
            readSound(position, target);
            faults.rot(position, target, index, count);
        });
    }

    private void readSound(long position, ByteBuffer target) throws IOException {
        var index = target.position();
        var count = target.remaining();
        base.read(position, target);
        held.overlay(position, count, target, index);
    }

    @Override
    public void write(long position, ByteBuffer source, boolean durable) throws IOException {
        checkRange(position, source.remaining());
        for (var at = position; source.hasRemaining(); ) {
            // The first of several ends on the border of a sector, so that no other has to read one.
            var room = MAX_WRITE - (int) (at % SECTOR);
            var part = source.slice(source.position(), Math.min(room, source.remaining()));
            var where = at;
            request(() -> writeSectors(where, part, durable));
            at += part.limit();
            source.position(source.position() + part.limit());
        }
    }

    private void writeSectors(long position, ByteBuffer source, boolean durable) throws IOException {
        faults.beforeWrite(position, source.remaining());
        var start = position - position % SECTOR;
        var end = Math.ceilDiv(position + source.remaining(), (long) SECTOR) * SECTOR;
        var data = new byte[(int) (end - start)];
        if (data.length != source.remaining()) {
            readSound(start, ByteBuffer.wrap(data));
        }
        source.get(data, (int) (position - start), source.remaining());
        take(start, data.length, data, durable);
        events.accept(new DiskEvent.Write(now(), start, data, durable));
    }

    @Override
    public void zero(long position, ByteCount length, boolean durable) throws IOException {
        checkRange(position, length.bytes());
        if (position % SECTOR != 0 || length.bytes() % SECTOR != 0) {
            throw new IllegalArgumentException("not whole sectors: " + length.bytes() + " bytes at " + position);
        }
        request(() -> {
            faults.beforeWrite(position, length.bytes());
            take(position, length.bytes(), null, durable);
            events.accept(new DiskEvent.Zeros(now(), position, length, durable));
        });
    }

    /** As {@link #zero}: what was discarded reads as zero. */
    @Override
    public void trim(long position, ByteCount length, boolean durable) throws IOException {
        zero(position, length, durable);
    }

    private void take(long position, long length, byte @Nullable [] data, boolean durable) throws IOException {
        if (durable && !faults.ignoresFlushes()) {
            if (data == null) {
                HeldWrites.zero(base, position, length);
            } else {
                base.write(position, ByteBuffer.wrap(data));
            }
            held.forget(position, length);
            return;
        }
        if (held.cost() + HeldWrites.costOf(length, data != null) > heldLimit.bytes()) {
            throw new IOException(
                    "the disk holds " + new ByteCount(held.cost()) + " that were not flushed, and at most " + heldLimit
                            + ": flush earlier, or give it a larger limit");
        }
        held.add(position, length, data);
    }

    @Override
    public void flush() throws IOException {
        request(() -> {
            faults.beforeFlush();
            if (!faults.ignoresFlushes()) {
                makeDurable();
            }
            events.accept(new DiskEvent.Flush(now()));
        });
    }

    private void makeDurable() throws IOException {
        held.writeTo(base);
        held.clear();
    }

    /** Remembers a text among the events, such as what the guest is about to do. */
    public void mark(String text) {
        locked(() -> events.accept(new DiskEvent.Mark(now(), text)));
    }

    /** Gives the disk another fault, beside those it has. Requests that wait for a stall hear of it at once. */
    public void inject(Fault fault) {
        locked(() -> {
            faults.add(fault);
            changed.signalAll();
        });
    }

    /** Takes a fault away, if the disk has it. */
    public void heal(Fault fault) {
        locked(() -> {
            faults.remove(fault);
            changed.signalAll();
        });
    }

    /** Takes all faults away. Flushes that were ignored stay ignored, until the next one. */
    public void heal() {
        locked(() -> {
            faults.clear();
            changed.signalAll();
        });
    }

    /**
     * Cuts the power: of what was not made durable only that stays which {@code policy} says, and every request fails,
     * also those that wait, until {@link #powerOn}. A mark among the events says so.
     *
     * @throws IllegalStateException if there is no power
     * @throws IOException if the base cannot be read or written; the power is off, and the disk not what the policy says
     */
    public PowerLoss cutPower(CutPolicy policy) throws IOException {
        lock.lock();
        try {
            if (!powered) {
                throw new IllegalStateException("the disk has no power that could be cut");
            }
            powered = false;
            // Requests that wait fail, even if the power is back before they have noticed.
            abandoned++;
            changed.signalAll();
            var loss = Cut.apply(policy, held, base);
            held.clear();
            events.accept(new DiskEvent.Mark(
                    now(),
                    "power cut, " + policy + ": " + loss.unflushedSectors() + " sectors unflushed, "
                            + loss.lostSectors() + " lost"));
            return loss;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the disk its power back, after a cut. It has the faults that it had. */
    public void powerOn() {
        locked(() -> {
            powered = true;
            events.accept(new DiskEvent.Mark(now(), "power on"));
        });
    }

    @Override
    public boolean isStalling() {
        lock.lock();
        try {
            return !faults.stall().isZero();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void abandonStalled() {
        locked(() -> {
            abandoned++;
            changed.signalAll();
        });
    }

    /** Switches the disk off in order: what was held, if it has power, is in the base, which is flushed and closed. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try (base) {
            if (powered) {
                powered = false;
                changed.signalAll();
                makeDurable();
                base.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    private Duration now() {
        return Duration.ofNanos(nanos.getAsLong() - began);
    }

    private void checkRange(long position, long length) throws EOFException {
        if (position < 0 || position > size().bytes() - length) {
            throw new EOFException(
                    length + " bytes at " + position + " are beyond the end of the disk at " + size().bytes());
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface Request {
        void run() throws IOException;
    }

    private void request(Request request) throws IOException {
        lock.lock();
        try {
            awaitTurn();
            request.run();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while there is a stall, without the lock. */
    private void awaitTurn() throws IOException {
        var came = System.nanoTime();
        var abandonedBefore = abandoned;
        while (true) {
            if (!powered) {
                throw new IOException("the disk has no power");
            }
            if (abandoned != abandonedBefore) {
                throw new IOException("the request was abandoned while the disk stalled");
            }
            var left = faults.stall().toNanos() - (System.nanoTime() - came);
            if (left <= 0) {
                return;
            }
            try {
                changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the disk stalled");
            }
        }
    }
}
