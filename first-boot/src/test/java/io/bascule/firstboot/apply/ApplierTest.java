package io.bascule.firstboot.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.source.Documents;
import io.bascule.firstboot.source.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplierTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));

    private static final String IGNITION = """
            {"ignition": {"version": "3.4.0"},
             "passwd": {"groups": [{"name": "crew"}], "users": [
               {"name": "keeper", "groups": ["crew"], "passwordHash": "$6$salt$hash",
                "sshAuthorizedKeys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeeper keeper"]}]},
             "storage": {
               "directories": [{"path": "/var/lib/app", "mode": 448}],
               "files": [
                 {"path": "/etc/hostname", "contents": {"source": "data:,tower%0A"}},
                 {"path": "/var/lib/app/deep/er/file", "mode": 384, "contents": {"source": "data:,x"}},
                 {"path": "/etc/issue", "append": [{"source": "data:,a%20bridge%0A"}]}],
               "links": [{"path": "/etc/hello", "target": "../var/lib/app/deep/er/file"},
                         {"path": "/etc/hard", "target": "/etc/hostname", "hard": true}]},
             "systemd": {"units": [
               {"name": "app.service", "enabled": true, "contents": "[Service]\\n"},
               {"name": "ssh.service", "dropins": [{"name": "10-x.conf", "contents": "[Service]\\n"}]}]}}
            """;

    @TempDir
    private Path temporary = Path.of("");

    private FakeHost host(String name) throws IOException {
        return new FakeHost(Files.createDirectory(temporary.resolve(name)));
    }

    private static LoadedConfig config(String json) throws ConfigException {
        return Documents.single("a test", "config.ign", json.getBytes(UTF_8));
    }

    private static Applier applier(FakeHost host) {
        return new Applier(host.root, host, CLOCK, line -> {});
    }

    @Test
    void theHostIsWhatTheConfigurationSays() throws Exception {
        var host = host("host");
        assertThat(applier(host).apply(config(IGNITION))).as("units changed").isTrue();

        assertThat(host.everything())
                .containsEntry("etc/hostname", "644 tower\n")
                .containsEntry("var/lib/app", "700")
                .containsEntry("var/lib/app/deep/er", "755")
                .containsEntry("var/lib/app/deep/er/file", "600 x")
                .containsEntry("etc/issue", "644 Debian\na bridge\n")
                .containsEntry("etc/hello", "-> ../var/lib/app/deep/er/file")
                .containsEntry("etc/systemd/system/app.service", "644 [Service]\n")
                .containsEntry("etc/systemd/system/ssh.service.d/10-x.conf", "644 [Service]\n")
                .containsEntry("var/home/keeper", "700")
                .containsEntry("var/home/keeper/.profile", "644 # profile\n")
                .containsEntry("var/home/keeper/.ssh", "700")
                .containsEntry(
                        "var/home/keeper/.ssh/authorized_keys",
                        "600 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeeper keeper\n")
                .doesNotContainKey("etc/.first-boot-new");
        assertThat(Files.isSameFile(host.root.resolve("etc/hostname"), host.root.resolve("etc/hard")))
                .isTrue();
        assertThat(host.ran)
                .containsExactly(
                        "groupadd crew",
                        "useradd --password * --no-create-home --shell /bin/bash --user-group --groups crew keeper",
                        "chpasswd --encrypted < keeper:$6$salt$hash",
                        "systemctl enable app.service",
                        "sync --file-system " + host.root.resolve("var"));
        assertThat(Files.readString(host.root.resolve("var/lib/bascule/first-boot.json")))
                .contains("\"source\" : \"a test\"", "\"applied\" : \"2026-01-02T03:04:05Z\"");
        assertThat(applier(host).applied())
                .contains(new AppliedStamp("a test", config(IGNITION).sha256(), CLOCK.instant()));
    }

    @Test
    void applyingAgainChangesNothing() throws Exception {
        var host = host("host");
        applier(host).apply(config(IGNITION));
        var once = host.everything();

        applier(host).apply(config(IGNITION));

        assertThat(host.everything()).isEqualTo(once);
    }

    @Test
    void afterACrashAtAnyMomentTheResultIsTheSame() throws Exception {
        var sound = host("sound");
        var steps = new ArrayList<Path>();
        new Applier(sound.root, sound, CLOCK, line -> {}, steps::add).apply(config(IGNITION));
        assertThat(steps).hasSizeGreaterThan(30);

        for (var moment = 0; moment < steps.size(); moment++) {
            var host = host("crashed-" + moment);
            var left = new int[] {moment};
            HostFiles.Checkpoint crash = path -> {
                if (left[0]-- == 0) {
                    throw new IOException("the power is gone");
                }
            };
            assertThatThrownBy(() -> new Applier(host.root, host, CLOCK, line -> {}, crash).apply(config(IGNITION)))
                    .hasMessage("the power is gone");
            var last = moment == steps.size() - 1;
            assertThat(applier(host).applied().isPresent()).as("stamped").isEqualTo(last);

            applier(host).apply(config(IGNITION));

            var after = host.everything();
            after.keySet().removeIf(name -> name.endsWith(".first-boot-new"));
            assertThat(after).as("crash after " + steps.get(moment)).isEqualTo(sound.everything());
        }
    }

    @Test
    void aKeyThatIsThereIsNotPutTwice() throws Exception {
        var host = host("host");
        Files.createDirectories(host.root.resolve("var/root/.ssh"));
        Files.writeString(
                host.root.resolve("var/root/.ssh/authorized_keys"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOld old");

        applier(host).apply(config("""
                        #cloud-config
                        ssh_authorized_keys:
                          - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOld old
                          - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINew new
                        """));

        assertThat(host.root.resolve("var/root/.ssh/authorized_keys")).hasContent("""
                        ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOld old
                        ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINew new
                        """);
        assertThat(host.ran).noneMatch(command -> command.startsWith("user"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "storage": {"files": [{"path": "/etc/issue", "contents": {"source": "data:,x"}}]} | /storage/files/0: /etc/issue is in the image with other contents; to replace it say so: overwrite
                    "storage": {"files": [{"path": "/etc/skel", "contents": {"source": "data:,x"}}]}  | /etc/skel is there and is a folder
                    "storage": {"files": [{"path": "/etc/issue/x", "contents": {"source": "data:,x"}}]} | /etc/issue is no folder
                    "storage": {"files": [{"path": "/etc/out/x", "contents": {"source": "data:,x"}}]} | leads through a link to /usr, where nothing can be kept
                    "storage": {"files": [{"path": "/etc/x", "user": {"name": "nobody-here"}, "contents": {"source": "data:,x"}}]} | there is no user 'nobody-here'
                    "storage": {"files": [{"path": "/etc/sudoers.d/x", "contents": {"source": "data:,x"}}]} | the image has no sudo
                    "storage": {"directories": [{"path": "/etc/issue"}]}                               | /etc/issue is there and is no folder
                    "storage": {"links": [{"path": "/etc/resolv.conf", "target": "x"}]}               | /etc/resolv.conf is in the image; to replace it say so
                    "storage": {"links": [{"path": "/etc/x", "target": "/etc/y", "hard": true}]}      | there is no file /etc/y for a hard link
                    "storage": {"links": [{"path": "/var/x", "target": "/etc/issue", "hard": true}]}  | a hard link cannot lead from /etc to /var or back
                    "passwd": {"users": [{"name": "a", "groups": ["docker"]}]}                        | /passwd/users/0: there is no group 'docker' in the image
                    "passwd": {"users": [{"name": "a", "shell": "/bin/zsh"}]}                         | the image has no /bin/zsh
                    "passwd": {"users": [{"name": "root", "uid": 77777}]}                             | the user root is there and has the UID
                    "systemd": {"units": [{"name": "docker.service", "enabled": true}]}               | /systemd/units/0: the image has no unit docker.service
                    """)
    void whatThisHostCannotBeIsRefusedBeforeAnythingIsChanged(String json, String message) throws Exception {
        var host = host("host");
        Files.createSymbolicLink(host.root.resolve("etc/out"), Path.of("../usr"));
        var before = host.everything();
        // With something that could be done, so that doing nothing is a decision.
        var config = config("{\"ignition\": {\"version\": \"3.4.0\"}, " + json
                + (json.contains("systemd")
                        ? "}"
                        : ", \"systemd\": {\"units\": [{\"name\": \"app.service\", \"contents\": \"x\"}]}}"));

        assertThatThrownBy(() -> applier(host).apply(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.ign:1: ")
                .hasMessageContaining(message);

        assertThat(host.everything()).isEqualTo(before);
        assertThat(host.ran).isEmpty();
    }

    @Test
    void aMaskedUnitLeadsToNothing() throws Exception {
        var host = host("host");
        applier(host)
                .apply(config("{\"ignition\": {\"version\": \"3.4.0\"}, \"systemd\": {\"units\": ["
                        + "{\"name\": \"noise.timer\", \"mask\": true}]}}"));
        var link = host.root.resolve("etc/systemd/system/noise.timer");
        assertThat(Files.readSymbolicLink(link)).hasToString("/dev/null");
        // Else the folder's end would be told of a link that leads out of it.
        Files.delete(link);
    }

    @Test
    void aFileThatIsTheSameAlreadyIsNoConflict() throws Exception {
        var host = host("host");
        applier(host)
                .apply(config("{\"ignition\": {\"version\": \"3.4.0\"}, \"storage\": {\"files\": ["
                        + "{\"path\": \"/etc/issue\", \"contents\": {\"source\": \"data:,Debian%0A\"}}]}}"));
        assertThat(host.root.resolve("etc/issue")).hasContent("Debian\n");
    }

    @Test
    void aCorrectedConfigurationReplacesWhatTheFirstAttemptLeft() throws Exception {
        var host = host("host");
        HostFiles.Checkpoint crash = path -> {
            if (path.endsWith("deep/er/file")) {
                throw new IOException("the power is gone");
            }
        };
        assertThatThrownBy(() -> new Applier(host.root, host, CLOCK, line -> {}, crash).apply(config(IGNITION)))
                .hasMessage("the power is gone");

        applier(host).apply(config(IGNITION.replace("data:,tower%0A", "data:,other%0A")));

        assertThat(host.root.resolve("etc/hostname")).hasContent("other\n");
    }
}
