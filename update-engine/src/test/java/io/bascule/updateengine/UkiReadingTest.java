package io.bascule.updateengine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.updateengine.fixture.TestUki;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine reads in a UKI, which on a full or broken ESP can be anything. */
class UkiReadingTest {
    private static final int SEED = 11;
    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void tellsItsTexts() throws IOException {
        var uki = TestUki.of("ID=x\nIMAGE_VERSION=1.0\n", "quiet usrhash=" + HASH + " panic=5", new byte[70_000]);
        assertThat(UkiReader.usrHash(new MemoryBlockDevice(uki))).isEqualTo(new RootHash(HASH));
        assertThat(UkiReader.text(new MemoryBlockDevice(uki), ".osrel")).contains("ID=x\nIMAGE_VERSION=1.0\n");
        assertThat(UkiReader.text(new MemoryBlockDevice(uki), ".none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quiet",
                "usrhash=",
                "usrhash=xyz",
                "usrhash=0123",
                "usrhash=" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
                "rd.usrhash=" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void commandLinesThatNameNone(String line) {
        var uki = TestUki.of("", line, new byte[10]);
        assertThatThrownBy(() -> UkiReader.usrHash(new MemoryBlockDevice(uki)))
                .isInstanceOfSatisfying(
                        MalformedFormatException.class,
                        e -> assertThat(e.field()).isEqualTo(".cmdline"));
    }

    @Test
    void twoRootHashesAreNone() {
        var uki = TestUki.of("", "usrhash=" + HASH + " usrhash=" + HASH, new byte[10]);
        assertThatThrownBy(() -> UkiReader.usrHash(new MemoryBlockDevice(uki)))
                .hasMessageContaining("2 arguments usrhash=, not one");
    }

    @Test
    void sectionsThatAreMissingOrTooLong() {
        var none = TestUki.withSections(Map.of(".linux", new byte[10]));
        assertThatThrownBy(() -> UkiReader.usrHash(new MemoryBlockDevice(none)))
                .isInstanceOf(MalformedFormatException.class);
        var endless = TestUki.withSections(Map.of(".cmdline", new byte[(64 << 10) + 1]));
        assertThatThrownBy(() -> UkiReader.usrHash(new MemoryBlockDevice(endless)))
                .isInstanceOf(MalformedFormatException.class)
                .hasMessageContaining("more than the 65536");
    }

    @Test
    void cutAnywhereItIsReadOrMalformed() throws IOException {
        var uki = TestUki.of("ID=x\n", "usrhash=" + HASH, "kernel".getBytes(UTF_8));
        for (var length = 0; length < uki.length; length += length < 600 ? 1 : 61) {
            readsOrComplains(Arrays.copyOf(uki, length), length);
        }
    }

    @Test
    void changedBytesAreReadOrMalformed() throws IOException {
        var pristine = TestUki.of("ID=x\n", "usrhash=" + HASH, new byte[100]);
        var random = new Random(SEED);
        var refused = 0;
        for (var round = 0; round < 20_000; round++) {
            var changed = pristine.clone();
            for (var i = random.nextInt(6); i >= 0; i--) {
                // Mostly in the headers, with values that are at the edge of something.
                var at = random.nextInt(round % 4 == 0 ? changed.length : 512);
                changed[at] = (byte) new int[] {0, 1, 0x7F, 0x80, 0xFF, random.nextInt(256)}[random.nextInt(6)];
            }
            refused += readsOrComplains(changed, round) ? 0 : 1;
        }
        assertThat(refused).isBetween(1000, 19_000);
    }

    private static boolean readsOrComplains(byte[] uki, int round) throws IOException {
        try {
            UkiReader.usrHash(new MemoryBlockDevice(uki));
            return true;
        } catch (MalformedFormatException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + SEED + ", round " + round, e);
        }
    }
}
