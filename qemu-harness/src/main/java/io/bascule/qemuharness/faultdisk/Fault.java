package io.bascule.qemuharness.faultdisk;

import java.time.Duration;

/** Something that is wrong with a disk, from {@link FaultDisk#inject} to {@link FaultDisk#heal}. */
public sealed interface Fault {
    /** As the number of failures: for good. */
    long ALWAYS = Long.MAX_VALUE;

    /**
     * Every request is carried out only after a time; requests wait side by side.
     *
     * @param each how long, from when the request comes
     */
    record Stall(Duration each) implements Fault {
        public Stall {
            if (each.isNegative()) {
                throw new IllegalArgumentException("a stall cannot be negative: " + each);
            }
        }
    }

    /**
     * Reads that touch a range fail.
     *
     * @param times how many of them, at least 1; later ones succeed
     */
    record FailReads(ByteRange range, long times) implements Fault {
        public FailReads {
            checkTimes(times);
        }
    }

    /**
     * Writes that touch a range, of zeros and by discards too, fail and change nothing.
     *
     * @param times how many of them, at least 1; later ones succeed
     */
    record FailWrites(ByteRange range, long times) implements Fault {
        public FailWrites {
            checkTimes(times);
        }
    }

    /**
     * Flushes fail and make nothing durable.
     *
     * @param times how many of them, at least 1; later ones succeed
     */
    record FailFlushes(long times) implements Fault {
        public FailFlushes {
            checkTimes(times);
        }
    }

    /**
     * Bytes in a range read as others than were written, whenever they were written.
     *
     * @param mask the bits of each byte that are turned over, 1 to 255
     */
    record BitRot(ByteRange range, int mask) implements Fault {
        public BitRot {
            if (mask < 1 || mask > 255) {
                throw new IllegalArgumentException("not a mask of bits of a byte: " + mask);
            }
        }
    }

    /** Flushes and durable writes are answered as if they had been made durable, and are not: a power cut finds out. */
    record IgnoreFlushes() implements Fault {}

    private static void checkTimes(long times) {
        if (times < 1) {
            throw new IllegalArgumentException("a fault happens at least once, not " + times + " times");
        }
    }
}
