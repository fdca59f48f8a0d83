package io.bascule.firstboot.openstack;

import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigSection;
import io.bascule.firstboot.document.ConfigValue;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Names;
import io.bascule.firstboot.model.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads {@code network_data.json}, as far as it is about interfaces of the machine: bonds and VLANs are refused.
 *
 * @see <a href="https://docs.openstack.org/nova/latest/user/metadata.html">Metadata, with the schema of the file</a>
 */
final class NetworkDataReader {
    private static final int LEAST_MTU = 68;
    private static final int MOST_MTU = 65_536;
    private static final Set<String> REFUSED_LINKS = Set.of("bond", "vlan");

    private final Map<String, Link> links = new LinkedHashMap<>();

    private NetworkDataReader() {}

    static List<Item> read(String name, byte[] bytes) throws ConfigException {
        var root = ConfigDocument.json(name, bytes).section();
        root.refuseUnknown(Set.of("links", "networks", "services"));
        var reader = new NetworkDataReader();
        for (var link : root.list("links")) {
            reader.link(link.section());
        }
        for (var network : root.list("networks")) {
            reader.network(network.section());
        }
        var servers = services(root.list("services"));
        var items = new ArrayList<Item>();
        for (var link : reader.links.values()) {
            items.add(link.item(servers));
        }
        return items;
    }

    private void link(ConfigSection section) throws ConfigException {
        var type = section.required("type");
        if (REFUSED_LINKS.contains(type.line())) {
            throw type.error("'" + type.line() + "' is not supported: write networkd's files in user_data instead");
        }
        var id = section.required("id");
        var link = new Link(
                section.place(),
                "os" + links.size(),
                Names.mac(section.required("ethernet_mac_address")),
                section.optional("mtu"));
        if (links.put(id.line(), link) != null) {
            throw id.error("'" + id.line() + "' is given twice");
        }
    }

    private void network(ConfigSection section) throws ConfigException {
        var id = section.required("link");
        var link = links.get(id.line());
        if (link == null) {
            throw id.error("there is no link '" + id.line() + "'");
        }
        var type = section.required("type");
        switch (type.line()) {
            case "ipv4_dhcp" -> link.dhcp4 = true;
            case "ipv6_dhcp", "ipv6_dhcpv6-stateful" -> link.dhcp6 = true;
            case "ipv6_slaac", "ipv6_dhcpv6-stateless" -> link.acceptRa = true;
            case "ipv4", "ipv6" ->
                link.addresses.add(Prefix.join(section.required("ip_address"), section.optional("netmask")));
            default -> throw type.error("'" + type.line() + "' is not supported");
        }
        for (var value : section.list("routes")) {
            var route = value.section();
            var destination = Prefix.join(route.required("network"), route.optional("netmask"));
            link.routes.add(new Item.Route(
                    destination.endsWith("/0") ? Optional.empty() : Optional.of(destination),
                    Optional.of(Names.address(route.required("gateway"))),
                    OptionalLong.empty(),
                    false));
        }
        var gateway = section.optional("gateway");
        if (gateway.isPresent()) {
            link.routes.add(new Item.Route(
                    Optional.empty(), Optional.of(Names.address(gateway.get())), OptionalLong.empty(), false));
        }
        link.servers.addAll(Names.addresses(section.list("dns_nameservers")));
        link.servers.addAll(services(section.list("services")));
    }

    private static List<String> services(List<ConfigValue> values) throws ConfigException {
        var servers = new ArrayList<String>();
        for (var value : values) {
            var service = value.section();
            var type = service.required("type");
            if (!type.line().equals("dns")) {
                throw type.error("'" + type.line() + "' is not supported; dns is");
            }
            servers.add(Names.address(service.required("address")));
        }
        return servers;
    }

    /** An interface of the machine, while its networks are read. */
    private static final class Link {
        private final Place place;
        private final String name;
        private final String mac;
        private final OptionalInt mtu;
        private final List<String> addresses = new ArrayList<>();
        private final List<Item.Route> routes = new ArrayList<>();
        private final List<String> servers = new ArrayList<>();
        private boolean dhcp4;
        private boolean dhcp6;
        private boolean acceptRa;

        Link(Place place, String name, String mac, Optional<ConfigValue> mtu) throws ConfigException {
            this.place = place;
            this.name = name;
            this.mac = mac;
            this.mtu = mtu.isPresent() ? OptionalInt.of(mtu.get().number(LEAST_MTU, MOST_MTU)) : OptionalInt.empty();
        }

        Item item(List<String> everywhere) {
            var all = new ArrayList<>(servers);
            everywhere.stream().filter(server -> !all.contains(server)).forEach(all::add);
            return new Item.Interface(
                    place,
                    name,
                    new Item.Match(Optional.of(mac), Optional.empty()),
                    Optional.empty(),
                    dhcp4,
                    dhcp6,
                    acceptRa ? Optional.of(true) : Optional.empty(),
                    addresses,
                    routes.stream().distinct().toList(),
                    all,
                    List.of(),
                    mtu,
                    true);
        }
    }
}
