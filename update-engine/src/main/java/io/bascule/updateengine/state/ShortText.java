package io.bascule.updateengine.state;

/** Words for people, from people or from errors, in a file that must not outgrow its limit. */
final class ShortText {
    /** In UTF-16 code units; escaped in JSON up to six times as many bytes. */
    static final int MAX_LENGTH = 300;

    private static final String CUT = "...";

    private ShortText() {}

    /** {@return {@code text}, or as much of its beginning as may be kept} */
    static String of(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        var end = MAX_LENGTH - CUT.length();
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + CUT;
    }
}
