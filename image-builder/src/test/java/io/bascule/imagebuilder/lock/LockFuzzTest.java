package io.bascule.imagebuilder.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.BuildException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A lock may come from anywhere; it is refused in words, or says the same when it is written again. */
class LockFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "lock";
    }

    @Override
    public Map<String, byte[]> seeds() {
        var lock = Locks.with(
                Locks.of(Locks.item("bash", "1:5.2-2+b1"), Locks.item("zlib1g", "1.3~x")),
                Optional.of(Locks.sha256("k")),
                List.of(new Lock.Image("b_1.usr.erofs", Locks.sha256("1"))));
        return Map.of("lock", LockWriter.write(lock).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(BuildException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.YAML;
    }

    /** One that is taken is written and read again, too. */
    @Override
    public int mutations() {
        return 2000;
    }

    @Override
    public void read(byte[] input) throws BuildException {
        var lock = LockReader.parse(Path.of("lock.yaml"), input);
        var text = LockWriter.write(lock);
        var again = LockReader.parse(Path.of("lock.yaml"), text.getBytes(StandardCharsets.UTF_8));
        assertThat(LockWriter.write(again)).isEqualTo(text);
        assertThat(again.users()).isEqualTo(lock.users());
        assertThat(again.sources()).isEqualTo(lock.sources());
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(refusal).hasMessageContaining("lock.yaml");
        assertThat(((BuildException) refusal).hint()).isNotBlank();
    }
}
