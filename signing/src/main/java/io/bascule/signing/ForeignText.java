package io.bascule.signing;

/** Texts from outside in messages: what they are put into is read in terminals and logs, by line. */
public final class ForeignText {
    private static final int MAX_LENGTH = 1000;

    private ForeignText() {}

    /** {@return {@code text} as a message may hold it: without control characters, and not without end} */
    public static String printable(String text) {
        return printable(text, MAX_LENGTH);
    }

    static String printable(String text, int maxLength) {
        var cut = text.length() > maxLength ? text.substring(0, maxLength) + "..." : text;
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
