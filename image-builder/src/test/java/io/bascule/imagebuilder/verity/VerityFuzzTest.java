package io.bascule.imagebuilder.verity;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Superblocks of hash devices. */
class VerityFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "verity";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "superblock",
                new VeritySuperblock(
                                UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
                                VeritySalt.of(new byte[] {1, 2}),
                                7)
                        .encode()
                        .array());
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("verity\0\0", "sha256\0", "sha512\0", "\u001b[31m");
    }

    @Override
    public void read(byte[] input) throws IOException {
        var superblock = VeritySuperblock.read(new MemoryBlockDevice(input));
        assertThat(VeritySuperblock.read(
                        new MemoryBlockDevice(superblock.encode().array())))
                .isEqualTo(superblock);
        assertThat(VerityTree.of(superblock.dataBlocks()).levels()).hasSizeLessThan(10);
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }
}
