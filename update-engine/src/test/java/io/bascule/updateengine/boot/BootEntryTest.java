package io.bascule.updateengine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.signing.release.Version;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootEntryTest {
    private static final int SEED = 20260601;

    @ParameterizedTest
    @CsvSource({
        "amd64-base_1.0.0.efi, amd64-base, 1.0.0, ",
        "amd64-base_1.0.0+3-0.efi, amd64-base, 1.0.0, +3-0",
        "amd64-base_1.0.0+0-3.efi, amd64-base, 1.0.0, +0-3",
        "b_1.0~rc1.efi, b, 1.0~rc1, ",
        "b_1.0^git-2+2-1.efi, b, 1.0^git-2, +2-1",
        "b_1-2-3+12-345.efi, b, 1-2-3, +12-345",
        "b_1.0.efi.efi, b, 1.0.efi, "
    })
    void namesGoBothWays(String name, String board, String version, String counter) {
        var entry = BootEntry.parse(name).orElseThrow();
        assertThat(entry.board()).isEqualTo(board);
        assertThat(entry.version().text()).isEqualTo(version);
        assertThat(entry.counter().map(BootCounter::toString)).isEqualTo(Optional.ofNullable(counter));
        assertThat(entry.fileName()).isEqualTo(name);
    }

    /** A name that we would write in another way cannot be opened or renamed by what it parses to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".efi",
                "board.efi",
                "_1.0.efi",
                "board_.efi",
                "board_1.0",
                "board_1.0.EFI",
                "board_1.0.partial",
                "Board_1.0.efi",
                "bo ard_1.0.efi",
                "board_~1.efi",
                "board_1.0+.efi",
                "board_1.0+3.efi",
                "board_1.0+03-0.efi",
                "board_1.0+3-00.efi",
                "board_1.0+3-0-0.efi",
                "board_1.0+-1-0.efi",
                "board_1.0+3-0.efi.bak",
                "board_1.0+9999999999-0.efi",
                "board_1_0.efi",
                "linux.efi",
                "debian-6.12.conf",
                "../board_1.0.efi"
            })
    void foreignNamesAreNone(String name) {
        assertThat(BootEntry.parse(name)).isEmpty();
    }

    @Test
    void randomEntriesComeBack() {
        var random = new Random(SEED);
        for (var round = 0; round < 2000; round++) {
            var board = text(random, "abz059", "abz059-", 32);
            var version = text(random, "aZ09", "aZ09.~^-", 64);
            var counter = random.nextBoolean()
                    ? Optional.of(new BootCounter(random.nextInt(20), random.nextInt(1000)))
                    : Optional.<BootCounter>empty();
            var entry = new BootEntry(board, Version.parse(version), counter);
            assertThat(BootEntry.parse(entry.fileName())).as(entry.fileName()).contains(entry);
        }
    }

    @Test
    void whatParsesIsWrittenTheSame() {
        var random = new Random(SEED);
        var parsed = 0;
        for (var round = 0; round < 20_000; round++) {
            var name = text(random, "ab", "ab_1.", 8) + text(random, "+", "+-0123", 6) + ".efi";
            var entry = BootEntry.parse(name);
            if (entry.isPresent()) {
                assertThat(entry.get().fileName()).isEqualTo(name);
                parsed++;
            }
        }
        assertThat(parsed).isGreaterThan(50);
    }

    @Test
    void statesOfAnEntry() {
        var good = BootEntry.parse("b_1.efi").orElseThrow();
        assertThat(good.counted()).isFalse();
        assertThat(good.bootable()).isTrue();
        assertThat(good.failed()).isFalse();
        assertThat(good.onTrial(2).fileName()).isEqualTo("b_1+2-0.efi");
        assertThat(good.onTrial(2).bootable()).isTrue();
        assertThat(good.demoted().fileName()).isEqualTo("b_1+0-0.efi");
        assertThat(good.demoted().bootable()).isFalse();
        assertThat(good.demoted().failed()).as("it never had a try").isFalse();
        assertThat(good.rejected().failed()).as("it is called one that failed").isTrue();
        var failed = BootEntry.parse("b_1+0-1.efi").orElseThrow();
        assertThat(failed.failed()).isTrue();
        assertThat(failed.blessed()).isEqualTo(good);
        assertThatThrownBy(() -> good.onTrial(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BootCounter(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(Random random, String first, String rest, int most) {
        var text = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
        for (var left = random.nextInt(most); left > 0; left--) {
            text.append(rest.charAt(random.nextInt(rest.length())));
        }
        return text.toString();
    }
}
