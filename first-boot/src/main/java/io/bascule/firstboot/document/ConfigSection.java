package io.bascule.firstboot.document;

import io.bascule.firstboot.document.ConfigDocument.PathStyle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keys and values. What is not known has to be refused: a host must not be half of what it was told. */
public final class ConfigSection {
    private final Place place;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();

    ConfigSection(Place place, PathStyle style, Tree.Mapping mapping) {
        this.place = place;
        for (var entry : mapping.entries().entrySet()) {
            var path = style.key(place.path(), entry.getKey());
            values.put(entry.getKey(), new ConfigValue(new Place(place.document(), 0, path), style, entry.getValue()));
        }
    }

    public Place place() {
        return place;
    }

    /** {@return every key with its value, in the order of the document} */
    public Map<String, ConfigValue> values() {
        return values;
    }

    /** {@return the value of a key, unless the key is missing or says nothing} */
    public Optional<ConfigValue> optional(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isNull());
    }

    public ConfigValue required(String name) throws ConfigException {
        var value = optional(name);
        if (value.isEmpty()) {
            throw place.error("the key '" + name + "' is missing");
        }
        return value.get();
    }

    public Optional<String> optionalLine(String name) throws ConfigException {
        var value = optional(name);
        return value.isPresent() ? Optional.of(value.get().line()) : Optional.empty();
    }

    public boolean flag(String name, boolean otherwise) throws ConfigException {
        var value = optional(name);
        return value.isPresent() ? value.get().flag() : otherwise;
    }

    /** {@return the items of a list; none if the key is missing} */
    public List<ConfigValue> list(String name) throws ConfigException {
        var value = optional(name);
        return value.isPresent() ? value.get().list() : List.of();
    }

    /** {@return the items of a list of lines; none if the key is missing} */
    public List<String> lines(String name) throws ConfigException {
        var value = optional(name);
        return value.isPresent() ? value.get().lines() : List.of();
    }

    /** Complains about the first key that is not in {@code known}. */
    public void refuseUnknown(Set<String> known) throws ConfigException {
        for (var entry : values.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw entry.getValue()
                        .error("unknown key; known here: "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /** Complains about {@code name} if it says anything. */
    public void refuse(String name, String why) throws ConfigException {
        var value = optional(name);
        if (value.isPresent() && !isEmpty(value.get())) {
            throw value.get().error(why);
        }
    }

    private static boolean isEmpty(ConfigValue value) throws ConfigException {
        if (value.isList()) {
            return value.list().isEmpty();
        }
        if (value.isSection()) {
            for (var inner : value.section().values().values()) {
                if (!inner.isNull() && !isEmpty(inner)) {
                    return false;
                }
            }
            return true;
        }
        return false;
    }
}
