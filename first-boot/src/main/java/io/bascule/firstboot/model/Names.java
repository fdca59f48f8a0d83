package io.bascule.firstboot.model;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigValue;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What names, keys and addresses may look like; each getter complains where a value stands. */
public final class Names {
    private static final Pattern HOSTNAME = Pattern.compile(
            "(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final Pattern DOMAIN =
            Pattern.compile("~?(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?");
    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,30}");
    private static final Pattern SSH_KEY =
            Pattern.compile("(?:[^ ].* )?(?:ssh-|ecdsa-|sk-)[A-Za-z0-9@.-]+ [A-Za-z0-9+/]{16,}={0,2}(?: .*)?");
    private static final Pattern PASSWORD_HASH = Pattern.compile("[!*]{1,2}|!?\\$[A-Za-z0-9]+\\$[A-Za-z0-9./=,$*-]+");
    private static final Pattern GECOS = Pattern.compile("[^:]*");
    private static final Pattern SHELL = Pattern.compile("(/[A-Za-z0-9._-]+)+");
    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_.@\\\\-]+\\.([a-z]+)");
    private static final Pattern DROP_IN = Pattern.compile("[A-Za-z0-9_@.+-]+\\.conf");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");
    private static final Pattern INTERFACE_PATTERN = Pattern.compile("[A-Za-z0-9*?._-]{1,15}");
    private static final int LONGEST_UNIT = 255;
    private static final int LONGEST = 1024;
    private static final Set<String> UNIT_KINDS =
            Set.of("service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice");

    private Names() {}

    public static String hostname(ConfigValue value) throws ConfigException {
        return matching(HOSTNAME, value, "a hostname: at most 64 letters, digits, dashes and dots");
    }

    /** {@return the name of a user or a group} */
    public static String user(ConfigValue value) throws ConfigException {
        return matching(
                USER,
                value,
                "a name for a user or group: at most 31 lower-case letters, digits, _ and -, no digit first");
    }

    /** {@return whether {@code text} can be the name of a user or a group} */
    public static boolean isUser(String text) {
        return USER.matcher(text).matches();
    }

    public static String passwordHash(ConfigValue value) throws ConfigException {
        return matching(
                PASSWORD_HASH, value, "a password hash of crypt(5); `openssl passwd -6` and `mkpasswd` make them");
    }

    /** {@return the words of a user about himself; a colon would end the field in /etc/passwd} */
    public static Optional<String> gecos(Optional<ConfigValue> value) throws ConfigException {
        return value.isEmpty() ? Optional.empty() : Optional.of(matching(GECOS, value.get(), "free of colons"));
    }

    /** {@return the program that a user logs in to} */
    public static Optional<String> shell(Optional<ConfigValue> value) throws ConfigException {
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(matching(SHELL, value.get(), "an absolute path of a shell, like /bin/bash"));
    }

    public static List<String> sshKeys(List<ConfigValue> values) throws ConfigException {
        var keys = new ArrayList<String>();
        for (var value : values) {
            // Clouds hand over the whole of a key file, with the end of its line.
            var key = value.text().strip();
            if (!SSH_KEY.matcher(key).matches()) {
                throw value.error("is not a public ssh key: type, key in base64 and a comment in one line");
            }
            keys.add(key);
        }
        return List.copyOf(keys);
    }

    public static String unit(ConfigValue value) throws ConfigException {
        var name = value.line();
        var matcher = UNIT.matcher(name);
        if (name.length() > LONGEST_UNIT || !matcher.matches() || !UNIT_KINDS.contains(matcher.group(1))) {
            throw value.error("'" + name + "' is not a name for a unit, like app.service");
        }
        return name;
    }

    public static String dropIn(ConfigValue value) throws ConfigException {
        return matching(DROP_IN, value, "a name for a drop-in, like 10-local.conf");
    }

    /** {@return a MAC address in lower case with colons} */
    public static String mac(ConfigValue value) throws ConfigException {
        var mac = value.line().toLowerCase(Locale.ROOT).replace('-', ':');
        if (!MAC.matcher(mac).matches()) {
            throw value.error("'" + value.line() + "' is not a MAC address like 52:54:00:12:34:56");
        }
        return mac;
    }

    public static String networkInterface(ConfigValue value) throws ConfigException {
        return matching(INTERFACE, value, "a name for a network interface: at most 15 letters, digits and . _ -");
    }

    /** {@return whether {@code text} can be the name of a network interface} */
    public static boolean isInterface(String text) {
        return INTERFACE.matcher(text).matches();
    }

    /** {@return names of network interfaces, of which {@code *} and {@code ?} stand for any} */
    public static String interfacePattern(ConfigValue value) throws ConfigException {
        return matching(INTERFACE_PATTERN, value, "a name for network interfaces, like eth*");
    }

    public static List<String> domains(List<ConfigValue> values) throws ConfigException {
        var domains = new ArrayList<String>();
        for (var value : values) {
            domains.add(matching(DOMAIN, value, "a domain"));
        }
        return List.copyOf(domains);
    }

    public static List<String> addresses(List<ConfigValue> values) throws ConfigException {
        var addresses = new ArrayList<String>();
        for (var value : values) {
            addresses.add(address(value));
        }
        return List.copyOf(addresses);
    }

    /** {@return an IPv4 or IPv6 address} */
    public static String address(ConfigValue value) throws ConfigException {
        var text = value.line();
        bits(text, value);
        return text;
    }

    /** {@return an address with the length of its prefix, like {@code 192.0.2.1/24}} */
    public static String addressWithPrefix(ConfigValue value) throws ConfigException {
        return addressOf(value.line(), value);
    }

    /** {@return {@code text}, if it is an address with the length of its prefix} */
    static String addressOf(String text, ConfigValue value) throws ConfigException {
        var slash = text.indexOf('/');
        if (slash < 0) {
            throw value.error("'" + text + "' has no prefix length: write it like " + text + "/24");
        }
        checkPrefix(text.substring(slash + 1), bits(text.substring(0, slash), value), value);
        return text;
    }

    /** Complains unless {@code prefix} is a number of at most {@code bits}. */
    private static void checkPrefix(String prefix, int bits, ConfigValue value) throws ConfigException {
        try {
            var length = Integer.parseInt(prefix);
            if (length >= 0 && length <= bits && prefix.equals(Integer.toString(length))) {
                return;
            }
        } catch (NumberFormatException e) {
            // The same message as for a number out of range follows.
        }
        throw value.error("'" + prefix + "' is not a prefix length from 0 to " + bits);
    }

    /** {@return how many bits the address has: 32 or 128} */
    private static int bits(String text, ConfigValue value) throws ConfigException {
        try {
            if (text.indexOf(':') < 0) {
                Inet4Address.ofLiteral(text);
                return 32;
            }
            if (text.indexOf('%') < 0 && text.indexOf('[') < 0) {
                Inet6Address.ofLiteral(text);
                return 128;
            }
        } catch (IllegalArgumentException e) {
            // The message follows.
        }
        throw value.error("'" + text + "' is not an IP address");
    }

    private static String matching(Pattern pattern, ConfigValue value, String what) throws ConfigException {
        var text = value.line();
        // None of them may be longer, and for a very long one the matcher's own depth could be too much.
        if (text.length() > LONGEST || !pattern.matcher(text).matches()) {
            throw value.error("'" + text + "' is not " + what);
        }
        return text;
    }
}
