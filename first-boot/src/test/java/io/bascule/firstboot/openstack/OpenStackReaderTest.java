package io.bascule.firstboot.openstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.model.Item;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenStackReaderTest {
    static final String META_DATA = """
            {"availability_zone": "nova", "hostname": "tower-1.novalocal", "launch_index": 0, "name": "tower-1",
             "meta": {"role": "bridge"}, "devices": [], "random_seed": "xxxx", "project_id": "f7ac",
             "keys": [{"data": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINova mykey", "name": "mykey", "type": "ssh"}],
             "public_keys": {"mykey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINova mykey\\n"},
             "uuid": "d8e02d56-2648-49a3-bf97-6be8f1204f38"}
            """;

    /** From Nova's documentation, without its bond and VLAN. */
    static final String NETWORK_DATA = """
            {
              "links": [
                {"id": "interface2", "vif_id": "1", "type": "phy", "ethernet_mac_address": "A0:36:9F:2C:E8:70", "mtu": 1500},
                {"id": "tap9", "vif_id": "2", "type": "ovs", "ethernet_mac_address": "fa:16:3e:9c:1c:2a", "mtu": null}
              ],
              "networks": [
                {"id": "private-ipv4", "type": "ipv4", "link": "interface2", "ip_address": "10.184.0.244",
                 "netmask": "255.255.240.0", "network_id": "da5b", "services": [{"type": "dns", "address": "8.8.4.4"}],
                 "routes": [
                   {"network": "10.0.0.0", "netmask": "255.0.0.0", "gateway": "11.0.0.1"},
                   {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "23.253.157.1"}]},
                {"id": "private-ipv6", "type": "ipv6", "link": "interface2", "ip_address": "2001:cdba::3257:9652/24",
                 "gateway": "fd00::1", "routes": [], "network_id": "da5c"},
                {"id": "public", "type": "ipv4_dhcp", "link": "tap9", "network_id": "62611d6f"}
              ],
              "services": [{"type": "dns", "address": "8.8.8.8"}]
            }
            """;

    private static Map<String, byte[]> drive() {
        var files = new HashMap<String, byte[]>();
        files.put(OpenStackReader.META_DATA, META_DATA.getBytes(UTF_8));
        files.put(OpenStackReader.NETWORK_DATA, NETWORK_DATA.getBytes(UTF_8));
        files.put(OpenStackReader.VENDOR_DATA, "{}".getBytes(UTF_8));
        return files;
    }

    @Test
    void factsBecomeItems() throws Exception {
        var config = OpenStackReader.read(drive());

        assertThat(config.all(Item.Hostname.class))
                .singleElement()
                .extracting(Item.Hostname::name)
                .isEqualTo("tower-1.novalocal");
        assertThat(config.all(Item.User.class)).singleElement().satisfies(root -> {
            assertThat(root.name()).isEqualTo("root");
            assertThat(root.sshKeys()).containsExactly("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINova mykey");
        });
        var interfaces = config.all(Item.Interface.class).toList();
        var fixed = interfaces.get(0);
        assertThat(fixed.match().mac()).contains("a0:36:9f:2c:e8:70");
        assertThat(fixed.rename()).isEmpty();
        assertThat(fixed.addresses()).containsExactly("10.184.0.244/20", "2001:cdba::3257:9652/24");
        assertThat(fixed.nameservers()).containsExactly("8.8.4.4", "8.8.8.8");
        assertThat(fixed.mtu()).hasValue(1500);
        assertThat(fixed.routes())
                .containsExactly(
                        new Item.Route(Optional.of("10.0.0.0/8"), Optional.of("11.0.0.1"), OptionalLong.empty(), false),
                        new Item.Route(Optional.empty(), Optional.of("23.253.157.1"), OptionalLong.empty(), false),
                        new Item.Route(Optional.empty(), Optional.of("fd00::1"), OptionalLong.empty(), false));
        assertThat(interfaces.get(1).dhcp4()).isTrue();
        assertThat(interfaces.get(1).nameservers()).containsExactly("8.8.8.8");
    }

    @Test
    void userDataCountsMoreThanFacts() throws Exception {
        var drive = drive();
        drive.put(OpenStackReader.USER_DATA, "#cloud-config\nhostname: mine\n".getBytes(UTF_8));

        assertThat(OpenStackReader.read(drive).all(Item.Hostname.class))
                .singleElement()
                .extracting(Item.Hostname::name)
                .isEqualTo("mine");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    network_data.json | "type": "phy"  | "type": "bond" | network_data.json:3: /links/0/type: 'bond' is not supported
                    network_data.json | "link": "tap9" | "link": "tapX" | /networks/2/link: there is no link 'tapX'
                    network_data.json | 10.184.0.244   | 10.184.0.2444  | /networks/0/ip_address: '10.184.0.2444' is not an IP address
                    network_data.json | 255.255.240.0  | 255.255.241.0  | /networks/0/netmask: '255.255.241.0' is not a mask
                    network_data.json | ipv4_dhcp      | ipv9           | /networks/2/type: 'ipv9' is not supported
                    network_data.json | "services": [{"type": "dns", "address": "8.8.8.8"}] | "services": [{"type": "ntp"}] | /services/0/type: 'ntp' is not supported
                    meta_data.json    | tower-1.novalocal | -              | meta_data.json:1: /hostname: '-' is not a hostname
                    meta_data.json    | "devices": []  | "files": [{"path": "/etc/x"}] | /files: personality files are not supported
                    vendor_data.json  | {}             | {"cloud-init": "x"} | vendor_data.json:1: /cloud-init: is not supported
                    """)
    void whatIsNotUnderstoodIsRefused(String file, String what, String other, String message) {
        var drive = drive();
        drive.put(file, new String(drive.get(file), UTF_8).replace(what, other).getBytes(UTF_8));

        assertThatThrownBy(() -> OpenStackReader.read(drive))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aDriveWithoutMetaDataIsRefused() {
        assertThatThrownBy(() -> OpenStackReader.read(Map.of()))
                .hasMessageContaining("openstack/latest/meta_data.json: is missing");
    }
}
