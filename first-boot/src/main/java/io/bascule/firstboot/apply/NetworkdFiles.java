package io.bascule.firstboot.apply;

import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What systemd-networkd and udev are told of an interface.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/257/systemd.network.html">systemd.network(5)</a>
 * @see <a href="https://www.freedesktop.org/software/systemd/man/257/systemd.link.html">systemd.link(5)</a>
 */
final class NetworkdFiles {
    private static final String PREFIX = "/etc/systemd/network/10-first-boot-";
    private static final String HEADER = "# Made at first boot.\n";

    private NetworkdFiles() {}

    /** {@return the files for an interface, with their contents} */
    static Map<HostPath, String> of(Item.Interface wanted) {
        var files = new LinkedHashMap<HostPath, String>();
        wanted.rename()
                .ifPresent(name -> files.put(
                        HostPath.internal(PREFIX + wanted.name() + ".link"),
                        HEADER + "[Match]\n" + match(wanted.match(), Optional.empty()) + "\n[Link]\nName=" + name
                                + "\n"));
        files.put(HostPath.internal(PREFIX + wanted.name() + ".network"), network(wanted));
        return files;
    }

    private static String match(Item.Match match, Optional<String> kind) {
        var text = new StringBuilder();
        match.mac().ifPresent(mac -> line(text, "MACAddress", mac));
        match.name().ifPresent(name -> line(text, "Name", name));
        // Else a VLAN or a bridge on the interface, which has the same address, would match as well.
        kind.ifPresent(text::append);
        return text.toString();
    }

    private static String network(Item.Interface wanted) {
        var text = new StringBuilder(HEADER + "[Match]\n");
        text.append(
                match(wanted.match(), wanted.match().mac().isPresent() ? Optional.of("Kind=!*\n") : Optional.empty()));
        if (wanted.mtu().isPresent() || !wanted.required()) {
            text.append("\n[Link]\n");
            wanted.mtu().ifPresent(mtu -> line(text, "MTUBytes", Integer.toString(mtu)));
            if (!wanted.required()) {
                line(text, "RequiredForOnline", "no");
            }
        }
        text.append("\n[Network]\n");
        line(text, "DHCP", dhcp(wanted));
        wanted.acceptRouterAdvertisements().ifPresent(accept -> line(text, "IPv6AcceptRA", accept ? "yes" : "no"));
        lines(text, "Address", wanted.addresses());
        lines(text, "DNS", wanted.nameservers());
        if (!wanted.searchDomains().isEmpty()) {
            line(text, "Domains", String.join(" ", wanted.searchDomains()));
        }
        for (var route : wanted.routes()) {
            text.append("\n[Route]\n");
            route.destination().ifPresent(destination -> line(text, "Destination", destination));
            route.gateway().ifPresent(gateway -> line(text, "Gateway", gateway));
            route.metric().ifPresent(metric -> line(text, "Metric", Long.toString(metric)));
            if (route.onLink()) {
                line(text, "GatewayOnLink", "yes");
            }
        }
        return text.toString();
    }

    private static String dhcp(Item.Interface wanted) {
        if (wanted.dhcp4()) {
            return wanted.dhcp6() ? "yes" : "ipv4";
        }
        return wanted.dhcp6() ? "ipv6" : "no";
    }

    private static void lines(StringBuilder text, String key, List<String> values) {
        values.forEach(value -> line(text, key, value));
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }
}
