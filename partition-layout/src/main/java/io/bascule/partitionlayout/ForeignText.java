package io.bascule.partitionlayout;

/** Names and texts out of foreign bytes, in messages: what they are put into is read in terminals and logs, by line. */
public final class ForeignText {
    private static final int MAX_LENGTH = 1000;

    private ForeignText() {}

    /** {@return {@code text} as a message may hold it: without control characters, and not without end} */
    public static String printable(String text) {
        var cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return cut.chars()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, (to, c) -> to.append((char) c), StringBuilder::append)
                .toString();
    }
}
