package io.bascule.testsupport;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Contents for tests of compression. */
public final class Words {
    private static final int COUNT = 300;
    private static final int SHORTEST = 3;
    private static final int LENGTHS = 9;

    private Words() {}

    /** {@return bytes in which words repeat, as in programs; every seed has words of its own} */
    public static byte[] of(int seed, int size) {
        var random = new Random(seed);
        var words = new byte[COUNT][];
        for (var i = 0; i < words.length; i++) {
            words[i] = new byte[SHORTEST + random.nextInt(LENGTHS)];
            random.nextBytes(words[i]);
        }
        var out = new ByteArrayOutputStream();
        while (out.size() < size) {
            out.writeBytes(words[random.nextInt(words.length)]);
        }
        return Arrays.copyOf(out.toByteArray(), size);
    }
}
