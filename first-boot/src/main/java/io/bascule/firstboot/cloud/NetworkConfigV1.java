package io.bascule.firstboot.cloud;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigSection;
import io.bascule.firstboot.document.ConfigValue;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Names;
import io.bascule.firstboot.model.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Version 1 of the network configuration, which Proxmox and others write: physical interfaces and nameservers.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/network-config-format-v1.html">Version 1</a>
 */
final class NetworkConfigV1 {
    private final ConfigSection root;
    private final List<String> nameservers = new ArrayList<>();
    private final List<String> search = new ArrayList<>();

    NetworkConfigV1(ConfigSection root) {
        this.root = root;
    }

    List<Item> read() throws ConfigException {
        root.refuseUnknown(Set.of("config", "version"));
        var physical = new ArrayList<ConfigSection>();
        for (var value : root.list("config")) {
            var section = value.section();
            var type = section.required("type");
            switch (type.line()) {
                case "physical" -> physical.add(section);
                case "nameserver" -> nameserver(section);
                default ->
                    throw type.error("'" + type.line() + "' is not supported; there are physical and nameserver");
            }
        }
        var items = new ArrayList<Item>();
        for (var section : physical) {
            items.add(physical(section));
        }
        return items;
    }

    private void nameserver(ConfigSection section) throws ConfigException {
        section.refuseUnknown(Set.of("address", "interface", "search", "type"));
        section.refuse("interface", "is not supported: these nameservers are for all interfaces");
        nameservers.addAll(Names.addresses(oneOrMore(section.optional("address"))));
        search.addAll(Names.domains(oneOrMore(section.optional("search"))));
    }

    private static List<ConfigValue> oneOrMore(Optional<ConfigValue> value) throws ConfigException {
        if (value.isEmpty()) {
            return List.of();
        }
        return value.get().isList() ? value.get().list() : List.of(value.get());
    }

    private Item physical(ConfigSection section) throws ConfigException {
        section.refuseUnknown(Set.of("accept-ra", "mac_address", "mtu", "name", "subnets", "type"));
        var name = Names.networkInterface(section.required("name"));
        var mac = section.optional("mac_address");
        var mtu = section.optional("mtu");
        var flag = section.optional("accept-ra");
        var acceptRa = flag.isPresent() ? Optional.of(flag.get().flag()) : Optional.<Boolean>empty();
        var dhcp4 = false;
        var dhcp6 = false;
        var addresses = new ArrayList<String>();
        var routes = new ArrayList<Item.Route>();
        var servers = new ArrayList<>(nameservers);
        var domains = new ArrayList<>(search);
        for (var value : section.list("subnets")) {
            var subnet = value.section();
            subnet.refuseUnknown(
                    Set.of("address", "dns_nameservers", "dns_search", "gateway", "netmask", "routes", "type"));
            subnet.refuse("routes", "is not supported in version 1: use version 2");
            var type = subnet.required("type");
            switch (type.line()) {
                case "dhcp", "dhcp4" -> dhcp4 = true;
                case "dhcp6", "ipv6_dhcpv6-stateful" -> dhcp6 = true;
                case "ipv6_slaac" -> acceptRa = Optional.of(true);
                case "manual" -> {}
                case "static", "static6" -> {
                    addresses.add(Prefix.join(subnet.required("address"), subnet.optional("netmask")));
                    var gateway = subnet.optional("gateway");
                    if (gateway.isPresent()) {
                        routes.add(new Item.Route(
                                Optional.empty(),
                                Optional.of(Names.address(gateway.get())),
                                OptionalLong.empty(),
                                false));
                    }
                }
                default ->
                    throw type.error("'" + type.line() + "' is not supported; there are dhcp4, dhcp6 and static");
            }
            servers.addAll(Names.addresses(oneOrMore(subnet.optional("dns_nameservers"))));
            domains.addAll(Names.domains(oneOrMore(subnet.optional("dns_search"))));
        }
        return new Item.Interface(
                section.place(),
                name,
                mac.isPresent()
                        ? new Item.Match(Optional.of(Names.mac(mac.get())), Optional.empty())
                        : new Item.Match(Optional.empty(), Optional.of(name)),
                // What it is called there is what it is to be called here.
                mac.isPresent() ? Optional.of(name) : Optional.empty(),
                dhcp4,
                dhcp6,
                acceptRa,
                addresses,
                routes,
                servers,
                domains,
                mtu.isPresent()
                        ? OptionalInt.of(mtu.get().number(NetworkConfigReader.LEAST_MTU, NetworkConfigReader.MOST_MTU))
                        : OptionalInt.empty(),
                true);
    }
}
