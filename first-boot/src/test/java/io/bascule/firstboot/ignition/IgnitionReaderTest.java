package io.bascule.firstboot.ignition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.model.FileContent;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.Item;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnitionReaderTest {
    /** As Butane writes it, and with everything that is understood. */
    static final String FULL = """
            {
              "ignition": {"version": "3.4.0", "config": {"merge": []}, "timeouts": {}},
              "passwd": {
                "groups": [{"name": "crew", "gid": 2000, "system": false}],
                "users": [{
                  "name": "keeper", "uid": 1500, "gecos": "Bridge keeper", "homeDir": "/home/keeper",
                  "passwordHash": "$6$salt$abcDEF./", "groups": ["crew"], "shell": "/bin/bash", "shouldExist": true,
                  "sshAuthorizedKeys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeeper keeper@tower"]
                }]
              },
              "storage": {
                "directories": [{"path": "/var/lib/app", "mode": 448, "user": {"name": "keeper"}, "group": {"id": 2000}}],
                "files": [
                  {"path": "/etc/hostname", "overwrite": true, "mode": 420, "contents": {"source": "data:,tower%2D1%0A"}},
                  {"path": "/opt/hello", "contents": {
                    "source": "data:;base64,H4sIAAAAAAAC/8tIzcnJ5wIAIDA6NgYAAAA=", "compression": "gzip",
                    "verification": {"hash": "sha256-5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"}}},
                  {"path": "/etc/motd", "append": [{"source": "data:text/plain;charset=utf-8,a%20bridge"}]}
                ],
                "links": [{"path": "/etc/localtime", "target": "../usr/share/zoneinfo/UTC", "overwrite": true}]
              },
              "systemd": {"units": [
                {"name": "app.service", "enabled": true, "contents": "[Service]\\nExecStart=/bin/true\\n"},
                {"name": "ssh.service", "dropins": [{"name": "10-log.conf", "contents": "[Service]\\n"}]},
                {"name": "fstrim.timer", "mask": true}
              ]}
            }
            """;

    static HostConfig read(String json) throws ConfigException {
        return IgnitionReader.read("config.ign", json.getBytes(UTF_8));
    }

    @Test
    void everythingThatIsUnderstoodBecomesAnItem() throws Exception {
        var config = read(FULL);

        assertThat(config.items())
                .extracting(Item::subject)
                .containsExactly(
                        "group crew",
                        "user keeper",
                        "/var/lib/app",
                        "/etc/hostname",
                        "/var/opt/hello",
                        "/etc/motd",
                        "/etc/localtime",
                        "unit app.service",
                        "unit ssh.service",
                        "unit fstrim.timer");
        assertThat(config.all(Item.User.class)).singleElement().satisfies(user -> {
            assertThat(user.uid()).hasValue(1500);
            assertThat(user.home().orElseThrow()).hasToString("/var/home/keeper");
            assertThat(user.passwordHash()).contains("$6$salt$abcDEF./");
            assertThat(user.sshKeys()).hasSize(1);
            assertThat(user.createHome()).isTrue();
        });
        assertThat(config.all(Item.Folder.class)).singleElement().satisfies(folder -> {
            assertThat(folder.mode()).hasValue(0700);
            assertThat(folder.owner().user()).contains("keeper");
            assertThat(folder.owner().group()).contains("2000");
        });
        var files = config.all(Item.File.class).toList();
        assertThat(files.get(0).contents()).contains(FileContent.of("tower-1\n"));
        assertThat(files.get(0).mode()).hasValue(0644);
        assertThat(files.get(1).contents()).contains(FileContent.of("hello\n"));
        assertThat(files.get(1).overwrite()).isFalse();
        assertThat(files.get(2).contents()).isEmpty();
        assertThat(files.get(2).appended()).containsExactly(FileContent.of("a bridge"));
        var units = config.all(Item.Unit.class).toList();
        assertThat(units.get(0).enabled()).contains(true);
        assertThat(units.get(1).dropIns()).containsExactly(new Item.DropIn("10-log.conf", "[Service]\n"));
        assertThat(units.get(1).enabled()).isEmpty();
        assertThat(units.get(2).mask()).isTrue();
    }

    @Test
    void nullIsLikeNothing() throws Exception {
        assertThat(read("""
                {"ignition": {"version": "3.0.0"}, "passwd": null, "storage": {"files": null}, "kernelArguments": {}}""").items()).isEmpty();
    }

    @Test
    void theLineIsThatOfTheValue() {
        assertThatThrownBy(() -> read(FULL.replace("\"mode\": 448", "\"mode\": 4096")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "config.ign:12: /storage/directories/0/mode: expected a whole number from 0 to 4095, found '4096'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"ignition": {}}                         | config.ign:1: /ignition: the key 'version' is missing
                    {"ignition": {"version": "2.3.0"}}       | /ignition/version: version '2.3.0' is not supported; there are 3.0.0, 3.1.0
                    {"ignition": {"version": "3.5.0"}}       | version '3.5.0' is not supported
                    {"ignition": {"version": "3.4.0"}, "x": 1} | config.ign:1: /x: unknown key; known here: ignition, kernelArguments
                    {"ignition": {"version": "3.4.0", "config": {"replace": {"source": "https://example.com/x"}}}} | /ignition/config: is not supported: nothing is fetched
                    {"ignition": {"version": "3.4.0"}, "kernelArguments": {"shouldExist": ["quiet"]}} | /kernelArguments: is not supported
                    {"ignition": {"version": "3.4.0"}, "storage": {"disks": [{"device": "/dev/vda"}]}} | /storage/disks: is not supported: the image lays out its own disk
                    {"ignition": {"version": "3.4.0"}, "storage": {"luks": [{}]}} | /storage/luks: is not supported
                    {"ignition": {"version": "3.4.0"}    | is not valid JSON
                    {"ignition": {"version": "3.4.0"}} x | is not valid JSON
                    {"ignition": 1}                      | /ignition: expected keys and values, found '1'
                    {"ignition": {"version": "3.4.0", "version": "3.4.0"}} | the key 'version' is given twice
                    []                                   | expected keys and values, found a list
                    """)
    void whatIsNotUnderstoodIsRefused(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "path": "/usr/bin/x"           | files/0/path: nothing can be kept at /usr/bin/x: /usr is read-only
                    "path": "/etc/../usr/x"        | has a part that is empty, '.' or '..'
                    "path": "etc/x"                | 'etc/x' is not an absolute path
                    "path": "/etc"                 | nothing can be kept at /etc: the image makes this folder itself
                    "path": "/x"                   | nothing can be kept at /x: / is read-only
                    "path": "/run/x"               | /run is gone after a reboot
                    "path": "/var/lib/bascule/x"   | belongs to Bascule
                    "path": "/etc/x", "contents": {"source": "https://example.com/x"} | contents/source: 'https://example.com/x' would have to be fetched
                    "path": "/etc/x", "contents": {"source": "data:;base64,!"} | is not base64
                    "path": "/etc/x", "contents": {"source": "data:,%zz"} | must have two hexadecimal digits
                    "path": "/etc/x", "contents": {"source": "data:,x", "compression": "xz"} | contents/compression: 'xz' is not supported
                    "path": "/etc/x", "contents": {"source": "data:,x", "compression": "gzip"} | contents/source: is not gzip data
                    "path": "/etc/x", "contents": {"source": "data:,x", "verification": {"hash": "sha256-00"}} | verification/hash: expected sha256-
                    "path": "/etc/x", "overwrite": true | files/0/overwrite: needs contents
                    "path": "/etc/x", "mode": "0644"    | files/0/mode: expected a whole number from 0 to 4095, found '0644'
                    "path": "/etc/x", "user": {"id": 1, "name": "a"} | files/0/user: give an id or a name, not both
                    """)
    void aFileThatCannotBeIsRefused(String file, String message) {
        assertThatThrownBy(() ->
                        read("{\"ignition\": {\"version\": \"3.4.0\"}, \"storage\": {\"files\": [{" + file + "}]}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void contentsThatAreNotWhatTheHashSaysAreRefused() {
        assertThatThrownBy(() -> read(FULL.replace("sha256-58", "sha256-59")))
                .hasMessageContaining(
                        "/storage/files/1/contents/verification/hash: the contents have the SHA-256 5891b5b5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "name": "Keeper"                                   | users/0/name: 'Keeper' is not a name for a user
                    "name": "a", "sshAuthorizedKeys": ["nonsense"]     | sshAuthorizedKeys/0: is not a public ssh key
                    "name": "a", "passwordHash": "secret"              | passwordHash: 'secret' is not a password hash
                    "name": "a", "shouldExist": false                  | removing users and groups is not supported
                    "name": "a", "gecos": "a:b"                        | gecos: 'a:b' is not free of colons
                    "name": "a", "uid": -1                             | users/0/uid: expected a whole number
                    """)
    void aUserWhoCannotBeIsRefused(String user, String message) {
        assertThatThrownBy(() ->
                        read("{\"ignition\": {\"version\": \"3.4.0\"}, \"passwd\": {\"users\": [{" + user + "}]}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "name": "../x.service"                            | is not a name for a unit
                    "name": "app"                                     | 'app' is not a name for a unit
                    "name": "a.service", "mask": true, "enabled": true | cannot be masked and enabled
                    "name": "a.service", "dropins": [{"name": "x"}]    | dropins/0/name: 'x' is not a name for a drop-in
                    "name": "a.service", "enable": true                | units/0/enable: unknown key
                    """)
    void aUnitThatCannotBeIsRefused(String unit, String message) {
        assertThatThrownBy(() ->
                        read("{\"ignition\": {\"version\": \"3.4.0\"}, \"systemd\": {\"units\": [{" + unit + "}]}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aVeryLongNameIsRefusedLikeAnyOther() {
        assertThatThrownBy(() -> read(FULL.replace("/bin/bash", "/a".repeat(500_000))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/passwd/users/0/shell: '/a/a/a");
    }

    @Test
    void theSamePathTwiceIsRefused() {
        assertThatThrownBy(() -> read(FULL.replace("/etc/motd", "/etc/hostname")))
                .hasMessageContaining("/etc/hostname is given twice, before that at config.ign:14: /storage/files/0");
    }

    @Test
    void nothingLiesBelowALinkOfTheSameConfiguration() {
        assertThatThrownBy(() -> read(FULL.replace("/etc/motd", "/etc/localtime/x")))
                .hasMessageContaining("/etc/localtime/x lies below /etc/localtime, which is a file or a link");
    }

    @Test
    void emptyContentsAreContents() throws Exception {
        var config = read("""
                {"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/etc/x", "contents": {"source": "data:,"}}]}}""");
        assertThat(config.all(Item.File.class).findFirst().orElseThrow().contents())
                .isEqualTo(Optional.of(FileContent.of("")));
    }
}
