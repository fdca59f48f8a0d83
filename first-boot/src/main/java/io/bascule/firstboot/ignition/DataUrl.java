package io.bascule.firstboot.ignition;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * URLs that hold what they lead to.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2397">RFC 2397</a>
 */
final class DataUrl {
    private static final String SCHEME = "data:";
    private static final int SHOWN = 60;

    private DataUrl() {}

    /** {@return the bytes in the URL that {@code value} is} */
    static byte[] read(ConfigValue value) throws ConfigException {
        var url = value.text();
        if (url.isEmpty()) {
            return new byte[0];
        }
        if (!url.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw value.error("'" + (url.length() > SHOWN ? url.substring(0, SHOWN) + "..." : url)
                    + "' would have to be fetched, which is not supported: use a data: URL");
        }
        var comma = url.indexOf(',');
        if (comma < 0) {
            throw value.error("a data: URL must have a comma before the data");
        }
        var header = url.substring(SCHEME.length(), comma).toLowerCase(Locale.ROOT);
        var data = percentDecoded(url.substring(comma + 1), value);
        if (!header.endsWith(";base64")) {
            return data;
        }
        try {
            return Base64.getDecoder().decode(data);
        } catch (IllegalArgumentException e) {
            throw value.error("the data of this URL is not base64");
        }
    }

    private static byte[] percentDecoded(String text, ConfigValue value) throws ConfigException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (text.indexOf('%') < 0) {
            return bytes;
        }
        var out = new ByteArrayOutputStream(bytes.length);
        for (var at = 0; at < bytes.length; at++) {
            if (bytes[at] != '%') {
                out.write(bytes[at]);
                continue;
            }
            var high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
            var low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw value.error("a % in a data: URL must have two hexadecimal digits behind it");
            }
            out.write(high << 4 | low);
            at += 2;
        }
        return out.toByteArray();
    }
}
