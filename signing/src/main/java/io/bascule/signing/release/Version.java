package io.bascule.signing.release;

import io.bascule.signing.ForeignText;
import java.util.regex.Pattern;

/**
 * A version of a release, in the order of the <a
 * href="https://uapi-group.org/specifications/specs/version_format_specification/">UAPI version format specification</a>,
 * by which systemd-boot chooses among its entries. The order is coarser than {@code equals}: {@code 1.0} and {@code 1.00}
 * compare as equal and are two texts.
 *
 * @param text at most 64 letters, digits, and {@code . ~ ^ -}, the first a letter or digit; so it can stand in file names
 */
public record Version(String text) implements Comparable<Version> {
    private static final Pattern PATTERN = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.~^-]{0,63}");

    /** What may stand before a segment, from the oldest to the newest; no such mark is newer than any. */
    private static final char[] MARKS_BEHIND_END = {'-', '^', '.'};

    /** Stands for the end of a text, and is less than every character of one. */
    private static final char END = '\0';

    /** @throws IllegalArgumentException if it is not such a text */
    public Version {
        if (!PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not a version of 1 to 64 letters, digits and . ~ ^ -, the first a letter or digit: '"
                            + ForeignText.printable(text) + "'");
        }
    }

    /** @throws IllegalArgumentException if it is not such a text */
    public static Version parse(String text) {
        return new Version(text);
    }

    /** {@return whether {@code text} can be a version} */
    public static boolean isValid(String text) {
        return PATTERN.matcher(text).matches();
    }

    @Override
    public int compareTo(Version other) {
        return new Comparison(text, other.text).result();
    }

    @Override
    public String toString() {
        return text;
    }

    /** One walk along two texts, segment by segment; systemd's strverscmp_improved. */
    private static final class Comparison {
        private final String a;
        private final String b;
        private int i;
        private int k;

        Comparison(String a, String b) {
            this.a = a;
            this.b = b;
        }

        int result() {
            for (; ; ) {
                // A pre-release is older even than the end: 1.0~rc1 comes before 1.0.
                var order = mark('~');
                if (order != 0) {
                    return order;
                }
                if (at(a, i) == END || at(b, k) == END) {
                    return Character.compare(at(a, i), at(b, k));
                }
                for (var mark : MARKS_BEHIND_END) {
                    order = mark(mark);
                    if (order != 0) {
                        return order;
                    }
                }
                order = isDigit(at(a, i)) || isDigit(at(b, k)) ? numbers() : letters();
                if (order != 0) {
                    return order;
                }
            }
        }

        /** Passes over a mark that both have; the one that has it alone is older. */
        private int mark(char mark) {
            var first = at(a, i) == mark;
            var second = at(b, k) == mark;
            if (first && second) {
                i++;
                k++;
            }
            return Boolean.compare(second, first);
        }

        private int numbers() {
            var endA = end(a, i, true);
            var endB = end(b, k, true);
            // A number is newer than letters.
            if (endA == i || endB == k) {
                return Boolean.compare(endA != i, endB != k);
            }
            i = withoutZeros(a, i, endA);
            k = withoutZeros(b, k, endB);
            // The one with more digits is larger, however long they are.
            var order = Integer.compare(endA - i, endB - k);
            if (order == 0) {
                order = a.substring(i, endA).compareTo(b.substring(k, endB));
            }
            i = endA;
            k = endB;
            return order;
        }

        private int letters() {
            var endA = end(a, i, false);
            var endB = end(b, k, false);
            var order = a.substring(i, endA).compareTo(b.substring(k, endB));
            i = endA;
            k = endB;
            return order;
        }

        private static int end(String text, int from, boolean digits) {
            var end = from;
            while (digits ? isDigit(at(text, end)) : isLetter(at(text, end))) {
                end++;
            }
            return end;
        }

        private static int withoutZeros(String text, int from, int end) {
            var at = from;
            while (at < end && text.charAt(at) == '0') {
                at++;
            }
            return at;
        }

        private static char at(String text, int index) {
            return index < text.length() ? text.charAt(index) : END;
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private static boolean isLetter(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }
    }
}
