package io.bascule.qemuharness.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.qemuharness.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshKeyTest {
    @TempDir
    private Path directory;

    @Test
    void givesThePrivateKeyToItsOwnerAlone() throws Exception {
        var file = directory.resolve("key");
        SshKey.generate("me").write(file);

        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void readsWhatItWrote() throws Exception {
        var file = directory.resolve("key");
        var key = SshKey.generate("me and you");
        key.write(file);

        var again = SshKey.read(file);

        assertThat(again.publicLine()).isEqualTo(key.publicLine()).endsWith(" me and you");
        assertThat(again.privateKey()).isEqualTo(key.privateKey());
        assertThat(directory.resolve("key.pub")).hasContent(key.publicLine() + "\n");
    }

    @Test
    void doesNotReplaceAKey() throws Exception {
        var file = directory.resolve("key");
        var key = SshKey.generate("first");
        key.write(file);

        assertThatThrownBy(() -> SshKey.generate("second").write(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(SshKey.read(file).publicLine()).isEqualTo(key.publicLine());
    }

    @Test
    void refusesWhatIsNoKey() throws Exception {
        var file = Files.writeString(directory.resolve("key"), "not a key\n");

        assertThatThrownBy(() -> SshKey.read(file))
                .isInstanceOf(SshException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void sshKeygenAgreesOnWhatWeWrite() throws Exception {
        Tools.require("ssh-keygen");
        var file = directory.resolve("key");
        var key = SshKey.generate("me");
        key.write(file);

        assertThat(Tools.output("ssh-keygen", "-y", "-f", file.toString()).strip())
                .isEqualTo(key.publicLine());
    }

    @Test
    void readsWhatSshKeygenWrites() throws Exception {
        Tools.require("ssh-keygen");
        var file = directory.resolve("key");
        Tools.output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "other", "-f", file.toString());

        assertThat(SshKey.read(file).publicLine())
                .isEqualTo(Files.readString(directory.resolve("key.pub"), StandardCharsets.UTF_8)
                        .strip());
    }

    @Test
    void refusesKeyWithPassphrase() throws Exception {
        Tools.require("ssh-keygen");
        var file = directory.resolve("key");
        Tools.output("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", file.toString());

        assertThatThrownBy(() -> SshKey.read(file))
                .isInstanceOf(SshException.class)
                .hasMessage(file + " is protected by a passphrase");
    }
}
