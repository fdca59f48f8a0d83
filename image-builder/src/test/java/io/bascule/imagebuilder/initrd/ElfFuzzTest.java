package io.bascule.imagebuilder.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.FuzzTests;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files that say that they are ELF. */
class ElfFuzzTest extends FuzzTests {
    private static final byte[] SEED = Elf.linkedWith(List.of("libc.so.6", "libm.so.6"), "$ORIGIN/../lib:/opt");

    @Override
    public String name() {
        return "elf";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("two-libraries", SEED);
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public byte[] mend(byte[] input) {
        System.arraycopy(SEED, 0, input, 0, Math.min(4, input.length));
        return input;
    }

    @Override
    public void read(byte[] input) throws MalformedFormatException {
        if (ElfDependencies.isElf(input)) {
            ElfDependencies.read(input);
        }
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }
}
