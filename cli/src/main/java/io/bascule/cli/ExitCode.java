package io.bascule.cli;

/** What {@code bascule} ends with, by category; scripts may rely on the numbers ({@code docs/cli.md}). */
public enum ExitCode {
    OK(0),
    /** A defect of Bascule itself. */
    INTERNAL(1),
    /** The command line is wrong. */
    USAGE(2),
    /** A board, a version or a file is wrong; the same call fails again. */
    BAD_INPUT(3),
    /** A program that is needed is missing or too old. */
    MISSING_TOOL(4),
    /** Reading, writing or fetching failed; it may work later. */
    IO(5),
    /** Something that was to be proven does not hold, or a VM did not do what it should. */
    CHECK_FAILED(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
