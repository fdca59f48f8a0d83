package io.bascule.updateengine.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Names of files on the ESP, one a line: whatever lies there, the engine knows its own and their order. */
class BootEntryFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "boot-entry";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("one-release-thrice", """
                amd64-base_1.0.0+3-1.efi
                amd64-base_1.0.0.efi
                amd64-base_1.0.0+3-0.efi""".getBytes(UTF_8), "names", """
                amd64-base_1.0.0.efi
                amd64-base_1.0.1+3-0.efi
                amd64-base_1.1.0~rc1+0-3.efi
                amd64-base_1.1.0+0-0.efi
                a_2.efi""".getBytes(UTF_8));
    }

    /** What stands for there being none of ours. */
    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(NoSuchFileException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofText(
                "+3-0", "+0-0", "+03-0", "+999999999-1", "+2147483648-0", "_", ".efi", ".EFI", "~", "\n");
    }

    @Override
    public void read(byte[] input) throws NoSuchFileException {
        var names = new String(input, UTF_8).split("\n", -1);
        var entries = new ArrayList<BootEntry>();
        for (var name : names) {
            BootEntry.parse(name).ifPresent(entry -> {
                assertThat(entry.fileName()).isEqualTo(name);
                for (var changed :
                        new BootEntry[] {entry.blessed(), entry.onTrial(3), entry.rejected(), entry.demoted()}) {
                    assertThat(BootEntry.parse(changed.fileName())).contains(changed);
                    assertThat(changed.id()).isEqualTo(entry.id());
                }
                entries.add(entry);
            });
        }
        var first = BootOrder.choose(entries)
                .orElseThrow(() -> new NoSuchFileException("no entry", null, "in " + names.length + " names"));
        // Sorting notices comparisons that contradict each other.
        var sorted = Stream.of(entries, entries.reversed(), entries)
                .flatMap(List::stream)
                .sorted(BootOrder.PREFERENCE)
                .toList();
        assertThat(BootOrder.PREFERENCE.compare(first, sorted.getFirst())).isZero();
    }
}
