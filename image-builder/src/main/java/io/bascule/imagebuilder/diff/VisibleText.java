package io.bascule.imagebuilder.diff;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Foreign bytes as text that looks like what it is: bytes that are not UTF-8 become {@code \xNN}, characters that print
 * nothing, break a line or turn its direction become {@code \xNN} of their bytes, and a backslash is doubled, so that
 * different bytes give different texts.
 */
final class VisibleText {
    private VisibleText() {}

    static String of(byte[] bytes) {
        return of(bytes, "");
    }

    static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return a line of a file: with its tabs, and backslashes as they are} */
    static String line(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), "\t\\");
    }

    private static String of(byte[] bytes, String kept) {
        var visible = new StringBuilder(bytes.length);
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length + 2);
        while (in.hasRemaining()) {
            var result = decoder.reset().decode(in, out, true);
            out.flip();
            out.codePoints().forEach(c -> append(visible, c, kept));
            out.clear();
            if (result.isError()) {
                for (var i = 0; i < result.length(); i++) {
                    appendByte(visible, in.get());
                }
            }
        }
        return visible.toString();
    }

    private static void append(StringBuilder visible, int c, String kept) {
        if (kept.indexOf(c) >= 0) {
            visible.appendCodePoint(c);
        } else if (c == '\\') {
            visible.append("\\\\");
        } else if (shows(c)) {
            visible.appendCodePoint(c);
        } else {
            for (var b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                appendByte(visible, b);
            }
        }
    }

    private static boolean shows(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void appendByte(StringBuilder visible, byte b) {
        visible.append(String.format(Locale.ROOT, "\\x%02x", b & 0xFF));
    }
}
