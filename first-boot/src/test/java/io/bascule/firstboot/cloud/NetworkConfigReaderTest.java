package io.bascule.firstboot.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.model.Item;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkConfigReaderTest {
    static final String VERSION_2 = """
            network:
              version: 2
              renderer: networkd
              ethernets:
                wan:
                  match: {macaddress: "52:54:00:AB:CD:EF"}
                  set-name: wan0
                  addresses: [192.0.2.7/24, "2001:db8::7/64"]
                  gateway4: 192.0.2.1
                  routes:
                    - {to: 198.51.100.0/24, via: 192.0.2.9, metric: 50}
                    - {to: default, via: "2001:db8::1", on-link: true}
                  nameservers: {addresses: [192.0.2.53], search: [example.com]}
                  mtu: 1400
                  accept-ra: no
                en*:
                  dhcp4: true
                  optional: true
            """.replace("en*:", "lan:\n      match: {name: 'en*'}");

    /** As Proxmox writes it. */
    static final String VERSION_1 = """
            version: 1
            config:
                - type: physical
                  name: eth0
                  mac_address: '52:54:00:ab:cd:ef'
                  subnets:
                  - type: static
                    address: '192.0.2.7'
                    netmask: '255.255.255.0'
                    gateway: '192.0.2.1'
                  - type: dhcp6
                - type: nameserver
                  address:
                  - '192.0.2.53'
                  search:
                  - 'example.com'
            """;

    private static List<Item> read(String yaml) throws ConfigException {
        return NetworkConfigReader.read("network-config", yaml.getBytes(UTF_8));
    }

    @Test
    void version2() throws Exception {
        var items = read(VERSION_2).stream().map(Item.Interface.class::cast).toList();

        var wan = items.get(0);
        assertThat(wan.match()).isEqualTo(new Item.Match(Optional.of("52:54:00:ab:cd:ef"), Optional.empty()));
        assertThat(wan.rename()).contains("wan0");
        assertThat(wan.addresses()).containsExactly("192.0.2.7/24", "2001:db8::7/64");
        assertThat(wan.routes())
                .containsExactly(
                        new Item.Route(Optional.empty(), Optional.of("192.0.2.1"), OptionalLong.empty(), false),
                        new Item.Route(
                                Optional.of("198.51.100.0/24"), Optional.of("192.0.2.9"), OptionalLong.of(50), false),
                        new Item.Route(Optional.empty(), Optional.of("2001:db8::1"), OptionalLong.empty(), true));
        assertThat(wan.nameservers()).containsExactly("192.0.2.53");
        assertThat(wan.searchDomains()).containsExactly("example.com");
        assertThat(wan.mtu()).hasValue(1400);
        assertThat(wan.acceptRouterAdvertisements()).contains(false);
        assertThat(wan.required()).isTrue();
        var lan = items.get(1);
        assertThat(lan.match().name()).contains("en*");
        assertThat(lan.dhcp4()).isTrue();
        assertThat(lan.required()).isFalse();
    }

    @Test
    void version1() throws Exception {
        assertThat(read(VERSION_1)).singleElement().isInstanceOfSatisfying(Item.Interface.class, eth -> {
            assertThat(eth.match().mac()).contains("52:54:00:ab:cd:ef");
            assertThat(eth.rename()).contains("eth0");
            assertThat(eth.addresses()).containsExactly("192.0.2.7/24");
            assertThat(eth.routes())
                    .containsExactly(
                            new Item.Route(Optional.empty(), Optional.of("192.0.2.1"), OptionalLong.empty(), false));
            assertThat(eth.dhcp4()).isFalse();
            assertThat(eth.dhcp6()).isTrue();
            assertThat(eth.nameservers()).containsExactly("192.0.2.53");
            assertThat(eth.searchDomains()).containsExactly("example.com");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    version: 3                                                   | network-config:1: version: expected a whole number from 1 to 2
                    {version: 2, bonds: {b: {}, c: {x: 1}}}                       | bonds: bonds are not supported
                    {version: 2, vlans: {v: {id: 1}}}                             | vlans: VLANs are not supported
                    {version: 2, renderer: NetworkManager}                        | renderer: 'NetworkManager' is not supported
                    {version: 2, ethernets: {a: {addresses: [192.0.2.7]}}}        | ethernets.a.addresses[0]: '192.0.2.7' has no prefix length
                    {version: 2, ethernets: {a: {addresses: [192.0.2.7/33]}}}     | '33' is not a prefix length from 0 to 32
                    {version: 2, ethernets: {a: {addresses: [192.0.2.777/24]}}}   | '192.0.2.777' is not an IP address
                    {version: 2, ethernets: {a: {gateway4: example.com}}}         | gateway4: 'example.com' is not an IP address
                    {version: 2, ethernets: {a: {match: {macaddress: x}}}}        | match.macaddress: 'x' is not a MAC address
                    {version: 2, ethernets: {a: {match: {}}}}                     | ethernets.a.match: needs a macaddress or a name
                    {version: 2, ethernets: {a: {set-name: b}}}                   | set-name: needs match with macaddress
                    {version: 2, ethernets: {a: {wakeonlan: true}}}               | ethernets.a.wakeonlan: unknown key
                    {version: 2, ethernets: {a: {routes: [{to: default}]}}}       | routes[0]: a default route needs via
                    {version: 2, ethernets: {a/b: {}}}                            | 'a/b' is not a name for a network interface
                    {version: 1, config: [{type: bond}]}                          | config[0].type: 'bond' is not supported
                    {version: 1, config: [{type: physical, name: a, subnets: [{type: static, address: 192.0.2.1, netmask: 255.0.255.0}]}]} | its ones are not all in front
                    """)
    void whatIsNotUnderstoodIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }
}
