package io.bascule.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pieces of inputs.
 *
 * @param tokens to be put in whole
 * @param text whether inputs are text, whose words and lines can be exchanged
 */
public record FuzzDictionary(List<byte[]> tokens, boolean text) {
    /** For formats without words of their own. */
    public static final FuzzDictionary NONE = new FuzzDictionary(List.of(), false);

    /** What breaks readers of JSON. */
    public static final FuzzDictionary JSON = ofText(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "true",
            "-1",
            "-0",
            "1e999999999",
            "1.5",
            "9".repeat(40),
            "9223372036854775807",
            "9223372036854775808",
            "2147483648",
            "\\ud800",
            "\\u0000",
            "\\u001b[31m",
            "\\u007f",
            "\\u202e",
            "\\ud83d\\ude00",
            "[".repeat(5000),
            "{\"a\":".repeat(5000),
            "\"format\":1,",
            "\"format\":2,",
            " ",
            "0",
            "\uFEFF",
            "{}",
            "[]",
            "\"\"",
            "x".repeat(400),
            "\u0000",
            "\n",
            "9999-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "a".repeat(64));

    /** What breaks readers of YAML. */
    public static final FuzzDictionary YAML = ofText(
            "- ",
            ": ",
            "? ",
            "#",
            "|\n",
            ">-\n",
            "&a ",
            "*a",
            "&a [*a]",
            "<<: *a",
            "!!binary ",
            "!!java.lang.Object ",
            "!",
            "%YAML 1.2\n",
            "%TAG ! x\n",
            "---\n",
            "...\n",
            "{",
            "}",
            "[",
            "]",
            "'",
            "\"",
            "\"\\ud800\"",
            "\"\\0\"",
            "\"\\x1b[31m\"",
            "\"\\u007f\"",
            "\"\\u0085\"",
            "\"\\L\"",
            "~",
            "null",
            "[".repeat(3000),
            "{a: ".repeat(3000),
            "- ".repeat(3000),
            "&a [" + "*a,".repeat(50) + "]",
            "\t",
            "\n",
            "\r\n",
            "  ",
            "\u0085",
            "\u2028",
            "\uFEFF",
            "9".repeat(40),
            "-1",
            "1e9",
            ".inf",
            "0x7f",
            "0o17",
            "../",
            "/",
            "x".repeat(5000),
            "\u0000",
            "1T",
            "64M",
            "99999999999G");

    public FuzzDictionary {
        tokens = List.copyOf(tokens);
    }

    /** {@return a dictionary of texts, for inputs that are text} */
    public static FuzzDictionary ofText(String... tokens) {
        return new FuzzDictionary(bytes(tokens), true);
    }

    /** {@return a dictionary of tokens, one character a byte, for inputs that are not text} */
    public static FuzzDictionary ofBytes(String... tokens) {
        return new FuzzDictionary(
                Stream.of(tokens)
                        .map(token -> token.getBytes(StandardCharsets.ISO_8859_1))
                        .toList(),
                false);
    }

    private static List<byte[]> bytes(String... tokens) {
        return Stream.of(tokens)
                .map(token -> token.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
