package io.bascule.testsupport;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Gives a parser inputs, and judges what it makes of each. */
final class FuzzTrial {
    /** Of the thread's own time, so that a busy machine does not matter. */
    static final Duration CPU_LIMIT = Duration.ofSeconds(10);

    /** Whoever reads a message must not have to scroll. */
    private static final int LONGEST_MESSAGE = 2000;

    /** One input of so many is not mended, so that checks of checksums are met as well. */
    private static final int UNMENDED = 8;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzTarget target;

    /** What a parser may do with an input. */
    enum Outcome {
        ACCEPTED,
        REFUSED
    }

    FuzzTrial(FuzzTarget target) {
        this.target = target;
    }

    /** {@return what the parser makes of {@code input}, mended or not; always the same for the same bytes} */
    Outcome run(byte[] input) {
        return run(input, Arrays.hashCode(input) % UNMENDED != 0);
    }

    /** @throws FuzzDefect if the parser does what it must not do */
    Outcome run(byte[] input, boolean mended) {
        var given = mended ? target.mend(input.clone()) : input.clone();
        var first = measure(input, given);
        // Loading classes costs, too, but only once.
        var cost = first.fits(target, given) ? first : measure(input, given);
        if (!cost.fits(target, given)) {
            throw new FuzzDefect(
                    String.format(
                            Locale.ROOT,
                            "it took %d ms and allocated %d KiB, more than the %d ms and %d KiB that it may",
                            cost.time() / 1_000_000,
                            cost.allocated() >> 10,
                            CPU_LIMIT.toMillis(),
                            target.allocationLimit(given.length) >> 10),
                    input,
                    null);
        }
        return cost.outcome();
    }

    /**
     * What the parser made of an input.
     *
     * @param time in nanoseconds
     * @param allocated in bytes
     */
    private record Cost(Outcome outcome, long time, long allocated) {
        boolean fits(FuzzTarget target, byte[] given) {
            return time <= CPU_LIMIT.toNanos() && allocated <= target.allocationLimit(given.length);
        }
    }

    private Cost measure(byte[] input, byte[] given) {
        // Parsers may change what they are given.
        var copy = given.clone();
        var allocated = THREADS.getCurrentThreadAllocatedBytes();
        var time = THREADS.getCurrentThreadCpuTime();
        var outcome = read(input, copy);
        return new Cost(
                outcome,
                THREADS.getCurrentThreadCpuTime() - time,
                THREADS.getCurrentThreadAllocatedBytes() - allocated);
    }

    private Outcome read(byte[] input, byte[] given) {
        try {
            target.read(given);
            return Outcome.ACCEPTED;
        } catch (Throwable thrown) {
            if (!(thrown instanceof Exception refusal)
                    || target.refusals().stream().noneMatch(type -> type.isInstance(refusal))) {
                throw new FuzzDefect(
                        "it threw " + thrown.getClass().getName() + ": " + thrown.getMessage(), input, thrown);
            }
            checkRefusal(input, given, refusal);
            return Outcome.REFUSED;
        }
    }

    private void checkRefusal(byte[] input, byte[] given, Exception refusal) {
        var message = String.valueOf(refusal.getMessage());
        if (refusal.getMessage() == null
                || message.isBlank()
                || message.length() > LONGEST_MESSAGE
                || message.chars().anyMatch(Character::isISOControl)) {
            throw new FuzzDefect(
                    "it refused with a message that is not one printable line of at most " + LONGEST_MESSAGE
                            + " characters",
                    input,
                    refusal);
        }
        try {
            target.checkRefusal(given, refusal);
        } catch (AssertionError e) {
            throw new FuzzDefect("it refused in a wrong way: " + e.getMessage(), input, refusal);
        }
    }
}
