package io.bascule.signing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes to documents, the same ones for the same seed. */
public final class Mutations {
    /** What breaks readers of JSON. */
    private static final List<String> TOKENS = List.of(
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
            "1e999999999",
            "1.5",
            "9".repeat(40),
            "\\ud800",
            "\\u0000",
            "[".repeat(5000),
            "\"format\":1,",
            " ",
            "0",
            "\uFEFF",
            "{}",
            "[]",
            "\"\"");

    private Mutations() {}

    public static byte[] mutate(byte[] bytes, Random random) {
        var changed = bytes.clone();
        for (var i = 1 + random.nextInt(3); i > 0; i--) {
            var at = random.nextInt(changed.length);
            changed = switch (random.nextInt(5)) {
                case 0 -> flip(changed, at, 1 << random.nextInt(8));
                case 1 -> flip(changed, at, random.nextInt(256));
                case 2 -> splice(changed, at, 0, TOKENS.get(random.nextInt(TOKENS.size())));
                case 3 ->
                    splice(
                            changed,
                            at,
                            Math.min(changed.length - at, random.nextInt(8)),
                            TOKENS.get(random.nextInt(TOKENS.size())));
                default -> {
                    var from = random.nextInt(bytes.length);
                    var to = Math.min(bytes.length, from + random.nextInt(60));
                    yield splice(
                            changed,
                            at,
                            Math.min(changed.length - at, random.nextInt(60)),
                            new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8));
                }
            };
        }
        return changed;
    }

    private static byte[] flip(byte[] bytes, int at, int mask) {
        bytes[at] ^= (byte) mask;
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, String added) {
        var insert = added.getBytes(StandardCharsets.UTF_8);
        var result = new byte[bytes.length - removed + insert.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(insert, 0, result, at, insert.length);
        System.arraycopy(bytes, at + removed, result, at + insert.length, bytes.length - at - removed);
        return result.length == 0 ? new byte[1] : result;
    }
}
