package io.bascule.imagebuilder.uki;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.uki.PeHeader;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Stubs and kernels, which come out of packages: an input is taken for both. */
class UkiStubFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "uki-stub";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("stub", UkiWriterTest.stub(), "kernel", UkiWriterTest.kernel());
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes("MZ", "PE\0\0", ".text\0\0\0", ".linux\0\0", ".osrel\0\0", "\u000b\u0002");
    }

    @Override
    public void read(byte[] input) throws IOException {
        var refused = false;
        try {
            written(input, UkiWriterTest.kernel());
        } catch (MalformedFormatException e) {
            refused = true;
        }
        written(UkiWriterTest.stub(), input);
        if (refused) {
            throw new MalformedFormatException("UKI", "stub", 0, "only its kernel can be used");
        }
    }

    /** What is written can be read. */
    private static void written(byte[] stub, byte[] kernel) throws IOException {
        var image = UkiWriter.write(UkiWriterTest.uki(stub, kernel, "quiet"));
        assertThat(PeHeader.read(image).sections()).hasSizeGreaterThanOrEqualTo(5);
    }
}
