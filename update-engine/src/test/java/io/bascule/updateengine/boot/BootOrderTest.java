package io.bascule.updateengine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.signing.release.Version;
import io.bascule.updateengine.fixture.SystemdBoot;
import io.bascule.updateengine.fixture.TestUki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootOrderTest {
    private static final int SEED = 42;

    /** As systemd-boot 257 was seen to choose on OVMF, and as its source says where that was not tried. */
    @ParameterizedTest
    @CsvSource({
        // All without tries: the newest boots all the same.
        "1.0.0+0-3 1.1.0+0-3, 1.1.0+0-3",
        "1.0.0+0-3 1.1.0+0-0, 1.1.0+0-0",
        "1.0.0+0-0 0.9.0+0-3, 1.0.0+0-0",
        // No tries left comes behind everything, whatever the version.
        "1.0.0+0-3 0.9.0, 0.9.0",
        "1.0.0+0-0 0.9.0+1-2, 0.9.0+1-2",
        // Good or on trial makes no difference, the version does.
        "1.0.0 1.1.0+3-0, 1.1.0+3-0",
        "1.0.0 1.1.0+1-2, 1.1.0+1-2",
        "1.0.0+3-0 1.1.0, 1.1.0",
        "1.0.0 1.1.0, 1.1.0",
        "9.0 10.0, 10.0",
        "1.0 1.0~rc1, 1.0",
        // The same version twice.
        "1.0+1-0 1.0+3-0, 1.0+3-0",
        "1.0+2-2 1.0+2-1, 1.0+2-1",
        "1.0+0-2 1.0+0-1, 1.0+0-1"
    })
    void choosesAsSystemdBoot(String entries, String expected) {
        var list = Stream.of(entries.split(" ")).map(BootOrderTest::entry).toList();
        assertThat(BootOrder.choose(list)).contains(entry(expected));
        assertThat(BootOrder.choose(list.reversed())).contains(entry(expected));
    }

    @Test
    void ordersOneReleaseUnderThreeNames() {
        var entries =
                Stream.of("1.0+3-1", "1.0", "1.0+3-0").map(BootOrderTest::entry).toList();
        for (var order : List.of(entries, entries.reversed())) {
            assertThat(order.stream().sorted(BootOrder.PREFERENCE))
                    .containsExactly(entry("1.0"), entry("1.0+3-0"), entry("1.0+3-1"));
        }
    }

    @Test
    void choosesNothingFromNothing() {
        assertThat(BootOrder.choose(List.of())).isEmpty();
    }

    /** The model that the tests' hosts boot by reads versions from the UKIs and was written without this one. */
    @Test
    void agreesWithTheModelOfTheTests(@TempDir Path folder) throws IOException {
        var versions = List.of("0.9", "1.0~rc1", "1.0", "1.0-1", "1.0^a", "1.0.1", "1.1", "1.10");
        var random = new Random(SEED);
        for (var round = 0; round < 100; round++) {
            var esp = Files.createDirectory(folder.resolve("esp" + round));
            var left = new ArrayList<>(versions);
            var entries = new ArrayList<BootEntry>();
            for (var i = random.nextInt(3) + 1; i > 0; i--) {
                var version = left.remove(random.nextInt(left.size()));
                var counter = random.nextInt(3) == 0
                        ? Optional.<BootCounter>empty()
                        : Optional.of(new BootCounter(random.nextInt(2), random.nextInt(3)));
                var entry = new BootEntry("b", Version.parse(version), counter);
                entries.add(entry);
                Files.write(
                        esp.resolve(entry.fileName()), TestUki.of("IMAGE_VERSION=" + version + "\n", "", new byte[0]));
            }
            assertThat(BootOrder.choose(entries).map(BootEntry::fileName))
                    .contains(String.valueOf(SystemdBoot.choose(esp).getFileName()));
        }
    }

    private static BootEntry entry(String text) {
        return BootEntry.parse("b_" + text + ".efi").orElseThrow();
    }
}
