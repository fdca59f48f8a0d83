package io.bascule.firstboot.cloud;

import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigSection;
import io.bascule.firstboot.document.ConfigValue;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads network configurations of version 2 (netplan's), as far as they are about wired interfaces, and hands those of
 * version 1 on.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/network-config-format-v2.html">Version 2</a>
 */
public final class NetworkConfigReader {
    private static final Map<String, String> REFUSED = Map.of(
            "bonds", "bonds are not supported",
            "bridges", "bridges are not supported",
            "tunnels", "tunnels are not supported",
            "vlans", "VLANs are not supported",
            "vrfs", "VRFs are not supported",
            "wifis", "wireless interfaces are not supported",
            "modems", "modems are not supported");
    private static final String INSTEAD = ": write networkd's files with write_files to /etc/systemd/network instead";

    static final int LEAST_MTU = 68;
    static final int MOST_MTU = 65_536;

    private NetworkConfigReader() {}

    /**
     * Reads a configuration.
     *
     * @param name what messages call it
     */
    public static List<Item> read(String name, byte[] bytes) throws ConfigException {
        var root = ConfigDocument.yaml(name, bytes).section();
        var network = root.optional("network");
        if (network.isPresent()) {
            root.refuseUnknown(Set.of("network"));
            root = network.get().section();
        }
        var version = root.required("version").number(1, 2);
        return version == 1 ? new NetworkConfigV1(root).read() : ethernets(root);
    }

    private static List<Item> ethernets(ConfigSection root) throws ConfigException {
        for (var refused : REFUSED.entrySet()) {
            root.refuse(refused.getKey(), refused.getValue() + INSTEAD);
        }
        root.refuseUnknown(Set.of("ethernets", "renderer", "version"));
        var renderer = root.optional("renderer");
        if (renderer.isPresent() && !renderer.get().line().equals("networkd")) {
            throw renderer.get().error("'" + renderer.get().line() + "' is not supported: the image has networkd");
        }
        var items = new ArrayList<Item>();
        var ethernets = root.optional("ethernets");
        if (ethernets.isPresent()) {
            for (var entry : ethernets.get().section().values().entrySet()) {
                items.add(ethernet(entry.getKey(), entry.getValue()));
            }
        }
        return items;
    }

    private static Item ethernet(String name, ConfigValue value) throws ConfigException {
        if (!Names.isInterface(name)) {
            throw value.error("'" + name + "' is not a name for a network interface");
        }
        var section = value.section();
        section.refuseUnknown(Set.of(
                "accept-ra",
                "addresses",
                "critical",
                "dhcp-identifier",
                "dhcp4",
                "dhcp6",
                "gateway4",
                "gateway6",
                "match",
                "mtu",
                "nameservers",
                "optional",
                "routes",
                "set-name"));
        section.refuse("critical", "is not supported");
        section.refuse("dhcp-identifier", "is not supported");
        var match = match(name, section.optional("match"));
        var rename = section.optional("set-name");
        if (rename.isPresent() && match.mac().isEmpty()) {
            throw rename.get().error("needs match with macaddress");
        }
        var addresses = new ArrayList<String>();
        for (var address : section.list("addresses")) {
            addresses.add(Names.addressWithPrefix(address));
        }
        var acceptRa = section.optional("accept-ra");
        var nameservers = section.optional("nameservers");
        var servers = List.<String>of();
        var search = List.<String>of();
        if (nameservers.isPresent()) {
            var inner = nameservers.get().section();
            inner.refuseUnknown(Set.of("addresses", "search"));
            servers = Names.addresses(inner.list("addresses"));
            search = Names.domains(inner.list("search"));
        }
        var mtu = section.optional("mtu");
        return new Item.Interface(
                value.place(),
                name,
                match,
                rename.isPresent() ? Optional.of(Names.networkInterface(rename.get())) : Optional.empty(),
                section.flag("dhcp4", false),
                section.flag("dhcp6", false),
                acceptRa.isPresent() ? Optional.of(acceptRa.get().flag()) : Optional.empty(),
                addresses,
                routes(section),
                servers,
                search,
                mtu.isPresent() ? OptionalInt.of(mtu.get().number(LEAST_MTU, MOST_MTU)) : OptionalInt.empty(),
                !section.flag("optional", false));
    }

    private static Item.Match match(String name, Optional<ConfigValue> value) throws ConfigException {
        if (value.isEmpty()) {
            return new Item.Match(Optional.empty(), Optional.of(name));
        }
        var match = value.get().section();
        match.refuseUnknown(Set.of("macaddress", "name"));
        var mac = match.optional("macaddress");
        var pattern = match.optional("name");
        if (mac.isEmpty() && pattern.isEmpty()) {
            throw value.get().error("needs a macaddress or a name");
        }
        return new Item.Match(
                mac.isPresent() ? Optional.of(Names.mac(mac.get())) : Optional.empty(),
                pattern.isPresent() ? Optional.of(Names.interfacePattern(pattern.get())) : Optional.empty());
    }

    private static List<Item.Route> routes(ConfigSection section) throws ConfigException {
        var routes = new ArrayList<Item.Route>();
        for (var name : List.of("gateway4", "gateway6")) {
            var gateway = section.optional(name);
            if (gateway.isPresent()) {
                routes.add(new Item.Route(
                        Optional.empty(), Optional.of(Names.address(gateway.get())), OptionalLong.empty(), false));
            }
        }
        for (var value : section.list("routes")) {
            var route = value.section();
            route.refuseUnknown(Set.of("metric", "on-link", "to", "via"));
            var to = route.required("to");
            var via = route.optional("via");
            var metric = route.optional("metric");
            var destination = switch (to.line()) {
                case "default", "0.0.0.0/0", "::/0" -> Optional.<String>empty();
                default -> Optional.of(Names.addressWithPrefix(to));
            };
            if (destination.isEmpty() && via.isEmpty()) {
                throw value.error("a default route needs via");
            }
            routes.add(new Item.Route(
                    destination,
                    via.isPresent() ? Optional.of(Names.address(via.get())) : Optional.empty(),
                    metric.isPresent()
                            ? OptionalLong.of(metric.get().number(0L, 4_294_967_295L))
                            : OptionalLong.empty(),
                    route.flag("on-link", false)));
        }
        return routes;
    }
}
