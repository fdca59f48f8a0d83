package io.bascule.imagebuilder.sbom;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Package URLs, in the canonical form of <a href="https://github.com/package-url/purl-spec">their specification</a>. */
final class PackageUrl {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~";

    private PackageUrl() {}

    /**
     * {@return the URL}
     *
     * @param version may be empty
     * @param qualifiers those with an empty value are left out
     */
    static String of(String type, String namespace, String name, String version, Map<String, String> qualifiers) {
        var lowerCase = type.equals("deb");
        var url = new StringBuilder("pkg:").append(type).append('/');
        url.append(encode(lowerCase ? namespace.toLowerCase(Locale.ROOT) : namespace))
                .append('/');
        url.append(encode(lowerCase ? name.toLowerCase(Locale.ROOT) : name));
        if (!version.isEmpty()) {
            url.append('@').append(encode(version));
        }
        var separator = '?';
        for (var qualifier : new TreeMap<>(qualifiers).entrySet()) {
            if (!qualifier.getValue().isEmpty()) {
                url.append(separator).append(qualifier.getKey()).append('=').append(encode(qualifier.getValue()));
                separator = '&';
            }
        }
        return url.toString();
    }

    private static String encode(String text) {
        var encoded = new StringBuilder();
        for (var b : text.getBytes(StandardCharsets.UTF_8)) {
            var c = (char) (b & 0xFF);
            if (UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }
}
