package io.bascule.qemuharness.faultdisk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The faults that a disk has now. Not safe for threads: its disk locks. */
final class Faults {
    private final List<Active> active = new ArrayList<>();

    /** A fault, and how many more times it happens. */
    private static final class Active {
        private final Fault fault;
        private long left;

        Active(Fault fault) {
            this.fault = fault;
            this.left = switch (fault) {
                case Fault.FailReads reads -> reads.times();
                case Fault.FailWrites writes -> writes.times();
                case Fault.FailFlushes flushes -> flushes.times();
                case Fault.Stall stall -> Fault.ALWAYS;
                case Fault.BitRot rot -> Fault.ALWAYS;
                case Fault.IgnoreFlushes ignore -> Fault.ALWAYS;
            };
        }
    }

    void add(Fault fault) {
        active.add(new Active(fault));
    }

    void remove(Fault fault) {
        active.removeIf(candidate -> candidate.fault.equals(fault));
    }

    void clear() {
        active.clear();
    }

    /** {@return how long a request has to wait, from when it came} */
    Duration stall() {
        var longest = Duration.ZERO;
        for (var candidate : active) {
            if (candidate.fault instanceof Fault.Stall stall && stall.each().compareTo(longest) > 0) {
                longest = stall.each();
            }
        }
        return longest;
    }

    boolean ignoresFlushes() {
        return active.stream().anyMatch(candidate -> candidate.fault instanceof Fault.IgnoreFlushes);
    }

    void beforeRead(long position, long length) throws IOException {
        failOn(
                candidate -> candidate instanceof Fault.FailReads reads
                        && reads.range().overlaps(position, length),
                "read of " + length + " bytes at " + position);
    }

    void beforeWrite(long position, long length) throws IOException {
        failOn(
                candidate -> candidate instanceof Fault.FailWrites writes
                        && writes.range().overlaps(position, length),
                "write of " + length + " bytes at " + position);
    }

    void beforeFlush() throws IOException {
        failOn(Fault.FailFlushes.class::isInstance, "flush");
    }

    private void failOn(Predicate<Fault> wanted, String request) throws IOException {
        var found = first(wanted);
        if (found.isEmpty()) {
            return;
        }
        var fault = found.get();
        if (fault.left != Fault.ALWAYS && --fault.left == 0) {
            active.remove(fault);
        }
        throw new IOException("the disk failed on purpose: " + request + ", by " + fault.fault);
    }

    private Optional<Active> first(Predicate<Fault> wanted) {
        return active.stream().filter(candidate -> wanted.test(candidate.fault)).findFirst();
    }

    /** Changes what was read, {@code count} bytes from {@code position} that stand at {@code index} of {@code target}. */
    void rot(long position, ByteBuffer target, int index, int count) {
        for (var candidate : active) {
            if (candidate.fault instanceof Fault.BitRot rot) {
                var from = Math.max(position, rot.range().position());
                var to = Math.min(position + count, rot.range().end());
                for (var at = from; at < to; at++) {
                    var where = index + (int) (at - position);
                    target.put(where, (byte) (target.get(where) ^ rot.mask()));
                }
            }
        }
    }
}
