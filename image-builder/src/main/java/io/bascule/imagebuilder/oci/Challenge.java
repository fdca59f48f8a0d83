package io.bascule.imagebuilder.oci;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a registry wants to see before it answers: a header {@code WWW-Authenticate} (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case: {@code bearer} or {@code basic}
 * @param parameters by name, names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern SCHEME = Pattern.compile("^\\s*(Bearer|Basic)\\b\\s*(.*)$", Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))\\s*,?\\s*");

    /** {@return the challenge in {@code header}, if it is of a kind that we can meet} */
    static Optional<Challenge> parse(String header) {
        var matcher = SCHEME.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var parameters = new HashMap<String, String>();
        var parameter = PARAMETER.matcher(matcher.group(2));
        while (parameter.lookingAt()) {
            var quoted = parameter.group(2);
            parameters.put(
                    parameter.group(1).toLowerCase(Locale.ROOT),
                    quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
            parameter.region(parameter.end(), parameter.regionEnd());
        }
        return Optional.of(new Challenge(matcher.group(1).toLowerCase(Locale.ROOT), Map.copyOf(parameters)));
    }
}
