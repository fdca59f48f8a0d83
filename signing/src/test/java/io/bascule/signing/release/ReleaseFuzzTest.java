package io.bascule.signing.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.signing.MalformedDocumentException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.util.Map;
import java.util.Set;

/** What stands behind the signatures: every field of a release. */
class ReleaseFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "release";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "pretty", Releases.unsigned().toPrettyString().getBytes(UTF_8),
                "one-line", Releases.unsigned().toString().getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedDocumentException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.JSON;
    }

    @Override
    public void read(byte[] input) throws Exception {
        ReleaseReader.readUnverified(input);
    }
}
