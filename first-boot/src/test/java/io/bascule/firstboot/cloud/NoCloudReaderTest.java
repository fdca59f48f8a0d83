package io.bascule.firstboot.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.model.FileContent;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.Item;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoCloudReaderTest {
    static final String META_DATA = """
            instance-id: iid-local01
            local-hostname: from-meta-data
            cloud-name: anything
            public-keys:
              - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMeta meta
            """;
    static final String USER_DATA = """
            #cloud-config
            fqdn: tower-1.example.com
            groups:
              - crew
              - ops: [keeper]
            users:
              - name: keeper
                gecos: Bridge keeper
                groups: crew, systemd-journal
                lock_passwd: no
                passwd: $6$salt$abcDEF./
                shell: /bin/bash
                sudo: ALL=(ALL) NOPASSWD:ALL
                ssh_authorized_keys:
                  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeeper keeper
            ssh_authorized_keys:
              - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIRoots root
            write_files:
              - path: /etc/app.conf
                permissions: '0640'
                owner: root:systemd-journal
                content: |
                  bridge: up
              - path: /var/lib/app/blob
                encoding: gz+b64
                content: H4sIAAAAAAAC/8tIzcnJ5wIAIDA6NgYAAAA=
              - path: /etc/issue
                append: true
                content: "a bridge\\n"
            """;

    static HostConfig read(String userData) throws ConfigException {
        return NoCloudReader.read(Map.of(
                NoCloudReader.META_DATA, META_DATA.getBytes(UTF_8), NoCloudReader.USER_DATA, userData.getBytes(UTF_8)));
    }

    @Test
    void userDataAndMetaDataMakeOneConfiguration() throws Exception {
        var config = read(USER_DATA);

        assertThat(config.all(Item.Hostname.class)).singleElement().satisfies(hostname -> {
            assertThat(hostname.name()).isEqualTo("tower-1.example.com");
            assertThat(hostname.place()).hasToString("user-data:2: fqdn");
        });
        assertThat(config.all(Item.Group.class)).extracting(Item.Group::name).containsExactly("crew", "ops");
        assertThat(config.all(Item.Group.class).toList().get(1).members()).containsExactly("keeper");
        assertThat(config.all(Item.User.class)).anySatisfy(user -> {
            assertThat(user.name()).isEqualTo("keeper");
            assertThat(user.groups()).containsExactly("crew", "systemd-journal");
            assertThat(user.passwordHash()).contains("$6$salt$abcDEF./");
        });
        assertThat(config.all(Item.User.class)).anySatisfy(user -> {
            assertThat(user.name()).isEqualTo("root");
            assertThat(user.sshKeys())
                    .containsExactly(
                            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMeta meta",
                            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIRoots root");
        });
        var files = config.all(Item.File.class).toList();
        assertThat(files)
                .extracting(Item.File::subject)
                .containsExactly(
                        "/etc/sudoers.d/90-first-boot-keeper", "/etc/app.conf", "/var/lib/app/blob", "/etc/issue");
        assertThat(new String(files.get(0).contents().orElseThrow().bytes(), UTF_8))
                .endsWith("keeper ALL=(ALL) NOPASSWD:ALL\n");
        assertThat(files.get(1).mode()).hasValue(0640);
        assertThat(files.get(1).owner().group()).contains("systemd-journal");
        assertThat(files.get(1).contents()).contains(FileContent.of("bridge: up\n"));
        assertThat(files.get(2).contents()).contains(FileContent.of("hello\n"));
        assertThat(files.get(3).contents()).isEmpty();
        assertThat(files.get(3).appended()).containsExactly(FileContent.of("a bridge\n"));
    }

    @Test
    void aLockedUserHasNoPassword() throws Exception {
        assertThat(read(USER_DATA.replace("lock_passwd: no", "lock_passwd: true"))
                        .all(Item.User.class))
                .allSatisfy(user -> assertThat(user.passwordHash()).isEmpty());
    }

    @Test
    void withoutAHostnameThatOfTheMetaDataCounts() throws Exception {
        assertThat(read("#cloud-config\n").items())
                .extracting(Item::subject)
                .containsExactly("the hostname", "user root");
    }

    @Test
    void userDataMayBeIgnition() throws Exception {
        assertThat(read("""
                {"ignition": {"version": "3.4.0"}, "storage": {"files": [
                  {"path": "/etc/hostname", "contents": {"source": "data:,x"}}]}}""").items()).extracting(Item::subject).containsExactly("user root", "/etc/hostname");
    }

    @Test
    void userDataMayBePacked() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("#cloud-config\nhostname: packed\n".getBytes(UTF_8));
        }
        assertThat(UserData.read("user-data", packed.toByteArray()))
                .singleElement()
                .isEqualTo(new Item.Hostname(new Place("user-data", 2, "hostname"), "packed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    runcmd: [ls]                     | user-data:2: runcmd: is not supported: programs are not run: write a unit
                    packages: [vim]                  | user-data:2: packages: is not supported: /usr is read-only
                    timezone: UTC                    | user-data:2: timezone: unknown key; known here: fqdn, groups, hostname
                    hostname: -x                     | user-data:2: hostname: '-x' is not a hostname
                    users: [default]                 | user-data:2: users[0]: there is no default user
                    users: [{name: a, lock_passwd: false}] | users[0].lock_passwd: a user without a password stays locked
                    users: [{name: a, plain_text_passwd: x}] | users[0].plain_text_passwd: is not supported: give the hash
                    users: [{name: a, groups: 'a,B'}] | users[0].groups: 'B' is not a name for a group
                    users: [{name: a, expiredate: x}] | users[0].expiredate: unknown key
                    users: {name: a}                 | user-data:2: users: expected a list, found keys and values
                    write_files: [{content: x}]      | user-data:2: write_files[0]: the key 'path' is missing
                    write_files: [{path: /boot/x}]   | write_files[0].path: nothing can be kept at /boot/x: there is no /boot
                    write_files: [{path: /etc/x, permissions: rw}] | write_files[0].permissions: 'rw' are not octal permissions
                    write_files: [{path: /etc/x, encoding: b64, content: '!'}] | write_files[0].content: is not base64
                    ssh_pwauth: true                 | ssh_pwauth: is not supported
                    a: &x 1                          | user-data:2: a: unknown key
                    a: *x                            | user-data:2: aliases (*name) are not supported
                    hostname: [                      | is not valid YAML
                    """)
    void whatIsNotUnderstoodIsRefusedByKeyAndLine(String yaml, String message) {
        assertThatThrownBy(() -> read("#cloud-config\n" + yaml + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    #!/bin/sh             | user-data:1: is a script (#!/bin/sh), and scripts are not run
                    #cloud-boothook       | user-data:1: begins with '#cloud-boothook'; a configuration begins with #cloud-config
                    #include              | user-data:1: begins with '#include'
                    Content-Type: multipart/mixed | user-data:1: begins with 'Content-Type
                    hostname: x           | user-data:1: begins with 'hostname: x'
                    """)
    void otherKindsOfUserDataAreRefused(String text, String message) {
        assertThatThrownBy(() -> read(text + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void vendorDataMayOnlyBeEmpty() throws Exception {
        var files = new HashMap<String, byte[]>();
        files.put(NoCloudReader.USER_DATA, USER_DATA.getBytes(UTF_8));
        files.put(NoCloudReader.VENDOR_DATA, "#cloud-config\n# nothing\n".getBytes(UTF_8));
        assertThat(NoCloudReader.read(files).items()).isNotEmpty();

        files.put(NoCloudReader.VENDOR_DATA, "#cloud-config\nhostname: other\n".getBytes(UTF_8));
        assertThatThrownBy(() -> NoCloudReader.read(files))
                .hasMessage("vendor-data: is not supported: say it in user-data");
    }

    @Test
    void notUtf8IsRefusedWithItsLine() {
        var bytes = "#cloud-config\nhostname: x\n".getBytes(UTF_8);
        bytes[bytes.length - 2] = (byte) 0xff;
        assertThatThrownBy(() -> UserData.read("user-data", bytes)).hasMessage("user-data:2: is not UTF-8 here");
    }
}
