package io.bascule.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes to texts that keep most of them well-formed: words, numbers, and lines exchanged, doubled, or left out. */
final class TextChanges {
    private static final Pattern WORD = Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"|[A-Za-z0-9_.+-]++");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");
    private static final Pattern LINE = Pattern.compile("[^\n]*\n?");
    private static final List<String> NUMBERS = List.of(
            "0", "-1", "1", "2147483647", "2147483648", "9223372036854775807", "1e400", "0.5", "9".repeat(1100));
    private static final List<String> BRACKETS = List.of("[]", "{}");
    private static final int MOST_NESTING = 2000;

    private TextChanges() {}

    /** {@return {@code input} with one change; bytes that are not text are left as they are} */
    static byte[] change(byte[] input, Random random) {
        // One character a byte, whatever the encoding, so that nothing is lost.
        var text = new String(input, StandardCharsets.ISO_8859_1);
        var changed = switch (random.nextInt(6)) {
            case 0 -> exchange(text, matches(WORD, text), random);
            case 1 -> exchange(text, matches(LINE, text), random);
            case 2 -> replaceOne(text, matches(NUMBER, text), random, NUMBERS.get(random.nextInt(NUMBERS.size())));
            case 3 -> doubleOne(text, matches(LINE, text), random);
            case 4 -> replaceOne(text, matches(LINE, text), random, "");
            default -> nest(text, matches(WORD, text), random);
        };
        return changed.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .filter(match -> !match.group().isEmpty())
                .toList();
    }

    private static String exchange(String text, List<MatchResult> parts, Random random) {
        if (parts.size() < 2) {
            return text;
        }
        var indexes = new ArrayList<>(List.of(random.nextInt(parts.size()), random.nextInt(parts.size())));
        indexes.sort(null);
        var first = parts.get(indexes.getFirst());
        var second = parts.get(indexes.getLast());
        if (first.equals(second)) {
            return text;
        }
        // Sometimes a copy, so that a name stands in the place of another.
        return text.substring(0, first.start())
                + second.group()
                + text.substring(first.end(), second.start())
                + (random.nextBoolean() ? first.group() : second.group())
                + text.substring(second.end());
    }

    private static String replaceOne(String text, List<MatchResult> parts, Random random, String by) {
        if (parts.isEmpty()) {
            return text;
        }
        var part = parts.get(random.nextInt(parts.size()));
        return text.substring(0, part.start()) + by + text.substring(part.end());
    }

    private static String doubleOne(String text, List<MatchResult> parts, Random random) {
        if (parts.isEmpty()) {
            return text;
        }
        var part = parts.get(random.nextInt(parts.size()));
        return text.substring(0, part.end()) + part.group() + text.substring(part.end());
    }

    private static String nest(String text, List<MatchResult> parts, Random random) {
        if (parts.isEmpty()) {
            return text;
        }
        var part = parts.get(random.nextInt(parts.size()));
        var brackets = BRACKETS.get(random.nextInt(BRACKETS.size()));
        var depth = random.nextInt(4) == 0 ? random.nextInt(MOST_NESTING) : 1 + random.nextInt(3);
        return text.substring(0, part.start())
                + brackets.substring(0, 1).repeat(depth)
                + part.group()
                + brackets.substring(1).repeat(depth)
                + text.substring(part.end());
    }
}
