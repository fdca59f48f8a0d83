package io.bascule.imagebuilder.sbom;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What licences are called by SPDX that Debian's copyright files call by the short names of copyright-format 1.0. */
final class SpdxLicenses {
    private static final String LIST = "spdx-license-ids.txt";

    /** SPDX tells with each whether later versions are meant; Debian marks only those with a plus. */
    private static final Pattern GNU = Pattern.compile("([AL]?GPL|GFDL)(-NIV)?-([0-9.]+)(\\+?)");

    /** What stands behind a comma. */
    private static final Pattern JOINED = Pattern.compile("(and|or)\\s+(.*)", Pattern.CASE_INSENSITIVE);

    /** Other names for the same text. */
    private static final Map<String, String> SYNONYMS = Map.of(
            "expat", "MIT",
            "cc0", "CC0-1.0",
            "python", "Python-2.0",
            "psf-2", "PSF-2.0");

    private static final Map<String, String> IDS = ids();

    private SpdxLicenses() {}

    /** {@return the identifier of the licence with a short name; empty if SPDX has none for it} */
    static Optional<String> id(String shortName) {
        var name = shortName.strip();
        var gnu = GNU.matcher(name);
        if (gnu.matches()) {
            var family = gnu.group(1);
            var suffix = (gnu.group(2) == null ? "" : "-no-invariants")
                    + (gnu.group(4).isEmpty() ? "-only" : "-or-later");
            return Stream.of(gnu.group(3), gnu.group(3) + ".0")
                    .map(version -> IDS.get(key(family + "-" + version + suffix)))
                    .filter(Objects::nonNull)
                    .findFirst();
        }
        return Stream.of(name, name + ".0", SYNONYMS.getOrDefault(key(name), ""))
                .map(candidate -> IDS.get(key(candidate)))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /**
     * {@return the SPDX expression that says the same as one of copyright-format 1.0, like {@code GPL-2+ or MIT, and
     * Expat}; empty if a part of it is not SPDX's, or if nobody could be sure what it means}
     */
    static Optional<String> expression(String text) {
        // A comma binds more loosely than a word: "A or B, and C" is "(A or B) and C".
        var groups = text.split(",");
        var expression = new StringBuilder();
        var operators = new HashSet<String>();
        for (var group : groups) {
            var rest = group.strip();
            if (!expression.isEmpty()) {
                var joined = JOINED.matcher(rest);
                if (!joined.matches()) {
                    return Optional.empty();
                }
                operators.add(joined.group(1).toUpperCase(Locale.ROOT));
                expression
                        .append(' ')
                        .append(joined.group(1).toUpperCase(Locale.ROOT))
                        .append(' ');
                rest = joined.group(2);
            }
            var words = words(rest).orElse("");
            if (words.isEmpty()) {
                return Optional.empty();
            }
            expression.append(words.contains(" ") && groups.length > 1 ? "(" + words + ")" : words);
        }
        return operators.size() > 1 || expression.isEmpty() ? Optional.empty() : Optional.of(expression.toString());
    }

    /** Identifiers with "and" and "or" between them; "and" binds tighter in SPDX as in Debian. */
    private static Optional<String> words(String text) {
        var words = List.of(text.split("\\s+"));
        var result = new StringBuilder();
        for (var i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (i % 2 == 1) {
                if (!word.equalsIgnoreCase("and") && !word.equalsIgnoreCase("or")) {
                    return Optional.empty();
                }
                result.append(' ').append(word.toUpperCase(Locale.ROOT)).append(' ');
                continue;
            }
            var id = id(word);
            if (id.isEmpty()) {
                return Optional.empty();
            }
            result.append(id.get());
        }
        return words.size() % 2 == 1 ? Optional.of(result.toString()) : Optional.empty();
    }

    private static String key(String id) {
        return id.toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> ids() {
        try (var in = Objects.requireNonNull(SpdxLicenses.class.getResourceAsStream(LIST), LIST)) {
            var ids = new HashMap<String, String>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(id -> ids.put(key(id), id));
            return Map.copyOf(ids);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
