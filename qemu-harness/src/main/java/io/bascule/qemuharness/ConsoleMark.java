package io.bascule.qemuharness;

/** A place in a console's output; waits that start there do not see what came before. */
public record ConsoleMark(int line, int column) {
    /** The beginning of the output. */
    public static final ConsoleMark POWER_ON = new ConsoleMark(0, 0);
}
