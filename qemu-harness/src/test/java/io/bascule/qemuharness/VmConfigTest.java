package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bascule.partitionlayout.ByteCount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmConfigTest {
    private static final VmConfig CONFIG = VmConfig.of("web", Path.of("/work"));

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", "-a", "a b", "a,b"})
    void rejectsNamesThatAreNoFileNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VmConfig.of(name, Path.of("/work")))
                .withMessageContaining("'" + name + "'");
    }

    @Test
    void rejectsMemoryThatIsNotWholeMebibytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.withMemory(new ByteCount(1_000_000)))
                .withMessageContaining("976.6 KiB");
        assertThatIllegalArgumentException().isThrownBy(() -> CONFIG.withMemory(ByteCount.ZERO));
    }

    @Test
    void rejectsMachineWithoutCpu() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.withCpus(0))
                .withMessageContaining("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    void rejectsPortsThatDoNotExist(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Network.User(port))
                .withMessageContaining(Integer.toString(port));
    }

    @Test
    void leavesTheOriginalAsItIs() {
        var changed = CONFIG.withCpus(4).withExtraArguments("-a").withExtraArguments("-b");

        assertThat(changed.extraArguments()).containsExactly("-a", "-b");
        assertThat(changed.cpus()).isEqualTo(4);
        assertThat(CONFIG).isEqualTo(VmConfig.of("web", Path.of("/work")));
    }

    @Test
    void encodesCredentialsAsOemStrings() {
        var strings = new ArrayList<String>();

        Credentials.NONE
                .with("b.binary", new byte[] {0, (byte) 0xff, ','})
                .with("a.text", "one, two\n")
                .forEachOemString((name, string) -> strings.add(string));

        assertThat(strings)
                .containsExactly(
                        "io.systemd.credential.binary:a.text=b25lLCB0d28K",
                        "io.systemd.credential.binary:b.binary=AP8s");
    }

    @Test
    void keepsItsOwnCopyOfACredential() {
        var value = "secret".getBytes(StandardCharsets.UTF_8);
        var credentials = Credentials.NONE.with("a", value);
        value[0] = 'x';

        var strings = new ArrayList<String>();
        credentials.forEachOemString((name, string) -> strings.add(string));

        assertThat(strings).containsExactly("io.systemd.credential.binary:a=c2VjcmV0");
        assertThat(credentials).hasToString("Credentials[a]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a:b", "a=b", "a b", "ä", "a\n"})
    void rejectsCredentialNamesThatSystemdWouldIgnore(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.NONE.with(name, "x"))
                .withMessageContaining("'" + name + "'");
    }
}
