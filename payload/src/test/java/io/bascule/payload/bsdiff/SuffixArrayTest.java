package io.bascule.payload.bsdiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuffixArrayTest {
    private static int[] bySorting(byte[] bytes) {
        return IntStream.range(0, bytes.length)
                .boxed()
                .sorted(Comparator.comparing(
                        at -> Arrays.copyOfRange(bytes, at, bytes.length), Arrays::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "aa", "ab", "ba", "banana", "mmiissiissiippii", "abracadabra", "aaaaaaaab", "baaaaaaaa"
            })
    void textsThatAreKnown(String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(SuffixArray.of(bytes)).isEqualTo(bySorting(bytes));
    }

    @Test
    void whateverTheLengthAndTheAlphabet() {
        var random = new Random(6);
        for (var round = 0; round < 400; round++) {
            var bytes = new byte[random.nextInt(200)];
            var alphabet = 1 + random.nextInt(1 + round % 256);
            for (var i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(alphabet);
            }
            assertThat(SuffixArray.of(bytes)).as("round %d", round).isEqualTo(bySorting(bytes));
        }
    }

    /** What costs quadratic time where suffixes are compared. */
    @Test
    void longRepetitions() {
        var bytes = new byte[2_000_000];
        Arrays.fill(bytes, 1_000_000, 1_500_000, (byte) 7);
        var sorted = SuffixArray.of(bytes);
        assertThat(sorted).startsWith(1_999_999, 1_999_998).endsWith(1_000_000);
        assertThat(Arrays.stream(sorted).distinct().count()).isEqualTo(bytes.length);
    }
}
