package io.bascule.qemuharness;

import java.time.Duration;

/** A point of the monotonic clock, which does not jump when somebody sets the time. */
record Deadline(long startNanos, Duration limit) {
    static Deadline in(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        return new Deadline(System.nanoTime(), limit);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** {@return the time left, zero once it has passed} */
    Duration remaining() {
        var left = limit.minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    boolean hasPassed() {
        return remaining().isZero();
    }
}
