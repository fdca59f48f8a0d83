package io.bascule.cli;

import io.bascule.imagebuilder.BuildListener;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Says on standard error how long work goes: a line a step, with its time and result, and on a terminal a line below that
 * changes. Standard output is for results. Safe for several threads.
 */
public final class Terminal implements BuildListener {
    private static final String CLEAR_LINE = "\r\033[K";
    private static final int STEP_WIDTH = 10;
    private static final Duration REDRAW = Duration.ofMillis(100);

    private final PrintStream out;
    private final boolean live;
    private final Instant start = Instant.now();
    private Instant stepStart = start;
    private Instant drawn = Instant.EPOCH;
    private String step = "";
    private boolean open;

    Terminal(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    public static Terminal standard() {
        var term = System.getenv("TERM");
        var terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        return new Terminal(System.err, terminal.isPresent() && term != null && !term.equals("dumb"));
    }

    @Override
    public synchronized void step(String name) {
        step = name;
        stepStart = Instant.now();
        open = true;
        draw("", true);
    }

    @Override
    public synchronized void doing(String what) {
        draw(what, false);
    }

    @Override
    public synchronized void result(String what) {
        if (open) {
            line(step, what, Duration.between(stepStart, Instant.now()));
            open = false;
        } else {
            line("", what, Duration.ZERO);
        }
    }

    /** Prints a line of its own, whatever is going on. */
    public synchronized void say(String text) {
        out.println((live ? CLEAR_LINE : "") + text);
    }

    Duration elapsed() {
        return Duration.between(start, Instant.now());
    }

    private void line(String name, String what, Duration time) {
        say(String.format(Locale.ROOT, "  %-" + STEP_WIDTH + "s %7s  %s", name, seconds(time), what));
    }

    private void draw(String what, boolean now) {
        if (live && (now || Duration.between(drawn, Instant.now()).compareTo(REDRAW) > 0)) {
            drawn = Instant.now();
            var text = String.format(
                    Locale.ROOT,
                    "  %-" + STEP_WIDTH + "s %7s  %s",
                    step,
                    seconds(Duration.between(stepStart, drawn)),
                    what);
            out.print(CLEAR_LINE + (text.length() > 100 ? text.substring(0, 100) : text));
            out.flush();
        }
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
