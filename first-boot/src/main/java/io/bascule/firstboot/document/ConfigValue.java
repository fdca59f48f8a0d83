package io.bascule.firstboot.document;

import io.bascule.firstboot.document.ConfigDocument.PathStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One value of a document, and where it stands. Each getter complains if the value is something else. */
public final class ConfigValue {
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");
    private static final int SHOWN = 80;

    private final Place place;
    private final PathStyle style;
    private final Tree tree;

    ConfigValue(Place place, PathStyle style, Tree tree) {
        this.place = new Place(place.document(), tree.line(), place.path());
        this.style = style;
        this.tree = tree;
    }

    public Place place() {
        return place;
    }

    public ConfigException error(String problem) {
        return place.error(problem);
    }

    /** {@return whether it is written as nothing: {@code null} in JSON, a key without a value in YAML} */
    public boolean isNull() {
        return tree instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.NULL;
    }

    public boolean isList() {
        return tree instanceof Tree.Sequence;
    }

    public boolean isSection() {
        return tree instanceof Tree.Mapping;
    }

    /** {@return text of any kind, empty perhaps, over several lines perhaps} */
    public String text() throws ConfigException {
        if (tree instanceof Tree.Scalar scalar && isText(scalar)) {
            return scalar.text();
        }
        throw error("expected text, found " + kind());
    }

    /** {@return text that is not blank, in one line and without control characters} */
    public String line() throws ConfigException {
        if (tree instanceof Tree.Scalar scalar && isText(scalar)) {
            var text = scalar.text();
            if (!text.isBlank() && text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        }
        throw error("expected a line of text, found " + kind());
    }

    /** YAML has no quotes that tell a number from a name made of digits; JSON has. */
    private boolean isText(Tree.Scalar scalar) {
        return switch (scalar.kind()) {
            case TEXT -> true;
            case NUMBER, FLAG -> style == PathStyle.KEYS;
            case NULL -> false;
        };
    }

    /** {@return the number, from {@code least} to {@code most}} */
    public int number(int least, int most) throws ConfigException {
        return (int) number((long) least, (long) most);
    }

    /** {@return the number, from {@code least} to {@code most}} */
    public long number(long least, long most) throws ConfigException {
        if (tree instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.NUMBER) {
            try {
                var number = Long.parseLong(scalar.text());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // The same message as for a number out of range follows.
            }
        }
        throw error("expected a whole number from " + least + " to " + most + ", found " + kind());
    }

    /** {@return true or false; YAML may also say yes, no, on and off, as its version 1.1 has them} */
    public boolean flag() throws ConfigException {
        if (tree instanceof Tree.Scalar scalar) {
            var word = scalar.text().toLowerCase(Locale.ROOT);
            if (scalar.kind() == Tree.Kind.FLAG) {
                return word.equals("true");
            }
            if (style == PathStyle.KEYS && scalar.kind() == Tree.Kind.TEXT) {
                if (TRUE.contains(word)) {
                    return true;
                }
                if (FALSE.contains(word)) {
                    return false;
                }
            }
        }
        throw error("expected true or false, found " + kind());
    }

    public List<ConfigValue> list() throws ConfigException {
        if (!(tree instanceof Tree.Sequence sequence)) {
            throw error("expected a list, found " + kind());
        }
        var values = new ArrayList<ConfigValue>();
        for (var item : sequence.items()) {
            var path = style.item(place.path(), values.size());
            values.add(new ConfigValue(new Place(place.document(), 0, path), style, item));
        }
        return values;
    }

    /** {@return a list of lines of text} */
    public List<String> lines() throws ConfigException {
        var lines = new ArrayList<String>();
        for (var value : list()) {
            lines.add(value.line());
        }
        return List.copyOf(lines);
    }

    public ConfigSection section() throws ConfigException {
        if (!(tree instanceof Tree.Mapping mapping)) {
            throw error("expected keys and values, found " + kind());
        }
        return new ConfigSection(place, style, mapping);
    }

    private String kind() {
        return switch (tree) {
            case Tree.Scalar scalar ->
                scalar.kind() == Tree.Kind.NULL
                        ? "nothing"
                        : "'"
                                + (scalar.text().length() > SHOWN
                                        ? scalar.text().substring(0, SHOWN) + "..."
                                        : scalar.text())
                                + "'";
            case Tree.Sequence sequence -> "a list";
            case Tree.Mapping mapping -> "keys and values";
        };
    }
}
