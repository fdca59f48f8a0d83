package io.bascule.firstboot.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.firstboot.cloud.NetworkConfigReader;
import io.bascule.firstboot.model.Item;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NetworkdFilesTest {
    private static Map<String, String> files(String yaml) throws Exception {
        var item = (Item.Interface)
                NetworkConfigReader.read("network-config", yaml.getBytes(UTF_8)).getFirst();
        return NetworkdFiles.of(item).entrySet().stream()
                .collect(Collectors.toMap(file -> file.getKey().toString(), Map.Entry::getValue));
    }

    @Test
    void anInterfaceWithEverything() throws Exception {
        assertThat(files("""
                                version: 2
                                ethernets:
                                  wan:
                                    match: {macaddress: "52:54:00:12:34:56"}
                                    set-name: wan0
                                    mtu: 1400
                                    optional: true
                                    dhcp6: true
                                    accept-ra: false
                                    addresses: [192.0.2.7/24]
                                    routes: [{to: 198.51.100.0/24, via: 192.0.2.9, metric: 5, on-link: true}, {to: 10.0.0.0/8}]
                                    nameservers: {addresses: [192.0.2.53], search: [a.example, b.example]}
                                """))
                .containsEntry("/etc/systemd/network/10-first-boot-wan.link", """
                        # Made at first boot.
                        [Match]
                        MACAddress=52:54:00:12:34:56

                        [Link]
                        Name=wan0
                        """)
                .containsEntry("/etc/systemd/network/10-first-boot-wan.network", """
                        # Made at first boot.
                        [Match]
                        MACAddress=52:54:00:12:34:56
                        Kind=!*

                        [Link]
                        MTUBytes=1400
                        RequiredForOnline=no

                        [Network]
                        DHCP=ipv6
                        IPv6AcceptRA=no
                        Address=192.0.2.7/24
                        DNS=192.0.2.53
                        Domains=a.example b.example

                        [Route]
                        Destination=198.51.100.0/24
                        Gateway=192.0.2.9
                        Metric=5
                        GatewayOnLink=yes

                        [Route]
                        Destination=10.0.0.0/8
                        """);
    }

    @Test
    void anInterfaceByName() throws Exception {
        assertThat(files("{version: 2, ethernets: {eth0: {dhcp4: true}}}"))
                .isEqualTo(Map.of("/etc/systemd/network/10-first-boot-eth0.network", """
                        # Made at first boot.
                        [Match]
                        Name=eth0

                        [Network]
                        DHCP=ipv4
                        """));
    }
}
