package io.bascule.scenarios.bootpath;

/**
 * systemd's {@code strverscmp_improved} (<a href="https://uapi-group.org/specifications/specs/version_format_specification/">
 * UAPI.10</a>), by which systemd-boot sorts. Not the one of module {@code signing}: it is an oracle for that.
 */
final class VersionOrder {
    private VersionOrder() {}

    static int compare(String left, String right) {
        var a = 0;
        var b = 0;
        while (true) {
            a = skip(left, a);
            b = skip(right, b);
            if (at(left, a) == '~' || at(right, b) == '~') {
                var order = Boolean.compare(at(left, a) != '~', at(right, b) != '~');
                if (order != 0) {
                    return order;
                }
                a++;
                b++;
                continue;
            }
            if (at(left, a) == 0 || at(right, b) == 0) {
                return Integer.compare(at(left, a), at(right, b));
            }
            var separator = separator(at(left, a), at(right, b));
            if (separator != 0) {
                var order = Boolean.compare(at(left, a) != separator, at(right, b) != separator);
                if (order != 0) {
                    return order;
                }
                a++;
                b++;
                continue;
            }
            var digits = isDigit(at(left, a)) || isDigit(at(right, b));
            var aEnd = end(left, a, digits);
            var bEnd = end(right, b, digits);
            var order = digits
                    ? compareNumbers(left.substring(a, aEnd), right.substring(b, bEnd))
                    : compareLetters(left.substring(a, aEnd), right.substring(b, bEnd));
            if (order != 0) {
                return order;
            }
            a = aEnd;
            b = bEnd;
        }
    }

    private static char separator(char a, char b) {
        for (var separator : new char[] {'-', '^', '.'}) {
            if (a == separator || b == separator) {
                return separator;
            }
        }
        return 0;
    }

    private static int compareNumbers(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return Boolean.compare(!a.isEmpty(), !b.isEmpty());
        }
        var left = a.replaceFirst("^0+", "");
        var right = b.replaceFirst("^0+", "");
        return left.length() != right.length() ? Integer.compare(left.length(), right.length()) : left.compareTo(right);
    }

    private static int compareLetters(String a, String b) {
        var common = Math.min(a.length(), b.length());
        var order = a.substring(0, common).compareTo(b.substring(0, common));
        return order != 0 ? order : Integer.compare(a.length(), b.length());
    }

    private static int end(String text, int from, boolean digits) {
        var end = from;
        while (digits ? isDigit(at(text, end)) : isLetter(at(text, end))) {
            end++;
        }
        return end;
    }

    private static int skip(String text, int from) {
        var at = from;
        while (at(text, at) != 0
                && !isLetter(at(text, at))
                && !isDigit(at(text, at))
                && "~-^.".indexOf(at(text, at)) < 0) {
            at++;
        }
        return at;
    }

    private static char at(String text, int index) {
        return index < text.length() ? text.charAt(index) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
