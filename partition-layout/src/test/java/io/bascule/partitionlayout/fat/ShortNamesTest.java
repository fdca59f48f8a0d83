package io.bascule.partitionlayout.fat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortNamesTest {
    private static List<String> shortNames(String... names) {
        var sorted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        sorted.addAll(List.of(names));
        return ShortNames.of(sorted).values().stream().map(ShortName::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "BOOTX64.EFI, BOOTX64.EFI",
        "bootx64.efi, BOOTX64.EFI",
        "README, README",
        "loader.conf, LOADER~1.CON",
        "entries.srel, ENTRIE~1.SRE",
        "amd64-base_1.0.0+3-0.efi, AMD64-~1.EFI",
        "a.b.c, AB~1.C",
        ".profile, PROFIL~1",
        "with space.txt, WITHSP~1.TXT",
        "a+b, A_B~1",
        "日本, __~1",
        "ninechars, NINECH~1",
        "...a, A~1",
        "FILE.TOOLONG, FILE~1.TOO"
    })
    void makesAnAliasWhereItHasTo(String name, String shortName) {
        assertThat(shortNames(name)).containsExactly(shortName);
    }

    @Test
    void countsInSortedOrder() {
        assertThat(shortNames("systemd-c", "systemd-a", "systemd-b"))
                .containsExactly("SYSTEM~1", "SYSTEM~2", "SYSTEM~3");
    }

    @Test
    void leavesNamesAloneThatAreShortAlready() {
        assertThat(shortNames("systemd-a", "SYSTEM~1", "system~3", "systemd-b", "systemd-c"))
                .containsExactly("SYSTEM~2", "SYSTEM~4", "SYSTEM~5", "SYSTEM~1", "SYSTEM~3");
    }

    @Test
    void keepsThousandsApart() {
        var names = IntStream.range(0, 5000)
                .mapToObj(i -> "similar-" + (10000 + i) + ".dat")
                .toArray(String[]::new);
        var found = shortNames(names);
        assertThat(found).doesNotHaveDuplicates().allMatch(name -> name.length() <= 12);
        assertThat(found)
                .startsWith("SIMILA~1.DAT")
                .contains("SIMIL~10.DAT", "SIM~1000.DAT")
                .endsWith("SIM~5000.DAT");
    }
}
