package io.bascule.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The parts of a demonstration, and how long is left: their lengths were measured once on two cores without KVM, and this
 * machine is as much slower or faster as it has been so far.
 */
final class DemoPlan {
    /** Parts in their order, each with the seconds that it took when it was measured. */
    enum Part {
        FIRST_BOOT("1.0.0 boots for the first time", 40),
        UPDATE("1.0.0 updates itself to 1.1.0 over HTTP", 45),
        CORRUPTED("Another disk, on which one bit of /usr was flipped", 15),
        SECOND_SLOT("Power off and on: 1.1.0 boots from the other slot", 45),
        ROLLBACK("Rollback to 1.0.0", 50),
        FORWARD("Forward again to 1.1.0", 50),
        BAD_UPDATE("1.1.0 updates itself to 1.2.0, which will fail its health check", 50),
        FALL_BACK("1.2.0 fails three times, and the host comes back to 1.1.0", 150);

        private final String title;
        private final int seconds;

        Part(String title, int seconds) {
            this.title = title;
            this.seconds = seconds;
        }
    }

    private final Terminal terminal;
    private final Supplier<Duration> elapsed;
    private int nextNumber;

    /**
     * @param elapsed time since the first part began
     * @param firstNumber what the first part is called in the list
     */
    DemoPlan(Terminal terminal, Supplier<Duration> elapsed, int firstNumber) {
        this.terminal = terminal;
        this.elapsed = elapsed;
        this.nextNumber = firstNumber;
    }

    /** Says that a part begins, and how long is left. */
    void begin(Part part) {
        terminal.say(
                String.format(Locale.ROOT, "%d. %s (%s left)", nextNumber++, part.title, describe(remaining(part))));
    }

    /** {@return how long it takes from the beginning of {@code next} to the end} */
    Duration remaining(Part next) {
        var before = 0;
        var rest = 0;
        for (var part : Part.values()) {
            if (part.compareTo(next) < 0) {
                before += part.seconds;
            } else {
                rest += part.seconds;
            }
        }
        return before == 0
                ? Duration.ofSeconds(rest)
                : Duration.ofMillis(elapsed.get().toMillis() * rest / before);
    }

    static String describe(Duration time) {
        return time.toSeconds() < 90
                ? "about " + Math.max(10, Math.ceilDiv(time.toSeconds(), 10L) * 10) + " s"
                : "about " + Math.ceilDiv(time.toSeconds(), 60L) + " min";
    }
}
