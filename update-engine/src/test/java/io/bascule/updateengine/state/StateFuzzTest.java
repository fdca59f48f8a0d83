package io.bascule.updateengine.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.signing.MalformedDocumentException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import io.bascule.updateengine.problem.EngineException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

class StateFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "engine-state";
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        return Map.of(
                "full", StateDocument.write(StateDocumentTest.FULL).getBytes(UTF_8),
                "empty", StateDocument.write(EngineState.EMPTY).getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedDocumentException.class, EngineException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.JSON;
    }

    /** Whatever is read can be written, and reads the same. */
    @Override
    public void read(byte[] input) throws IOException {
        var state = StateDocument.read(input);
        assertThat(StateDocument.read(StateDocument.write(state).getBytes(UTF_8)))
                .isEqualTo(state);
    }
}
