package io.bascule.firstboot.model;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigValue;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Optional;

/** Addresses whose prefix is given beside them, as a length or as a mask. */
public final class Prefix {
    private Prefix() {}

    /**
     * {@return {@code address} with the length of its prefix}
     *
     * @param address may have the length itself
     * @param mask {@code 255.255.255.0}, {@code 24} or {@code ffff:ffff::}
     */
    public static String join(ConfigValue address, Optional<ConfigValue> mask) throws ConfigException {
        if (address.line().indexOf('/') >= 0 || mask.isEmpty()) {
            return Names.addressWithPrefix(address);
        }
        return Names.addressOf(Names.address(address) + "/" + length(mask.get()), mask.get());
    }

    private static int length(ConfigValue mask) throws ConfigException {
        var text = mask.line();
        if (text.chars().allMatch(Character::isDigit) && text.length() <= 3) {
            return Integer.parseInt(text);
        }
        Names.address(mask);
        var bytes = text.indexOf(':') < 0
                ? Inet4Address.ofLiteral(text).getAddress()
                : Inet6Address.ofLiteral(text).getAddress();
        var length = 0;
        var ended = false;
        for (var value : bytes) {
            for (var bit = 7; bit >= 0; bit--) {
                var one = (value >> bit & 1) == 1;
                if (one && ended) {
                    throw mask.error("'" + text + "' is not a mask: its ones are not all in front");
                }
                ended |= !one;
                length += one ? 1 : 0;
            }
        }
        return length;
    }
}
