package io.bascule.firstboot.model;

import io.bascule.firstboot.document.ConfigException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that is to be done to a host.
 *
 * @param items in the order of the document; none speaks of the same thing twice
 */
public record HostConfig(List<Item> items) {
    public static final HostConfig EMPTY = new HostConfig(List.of());

    public HostConfig {
        items = List.copyOf(items);
    }

    /**
     * {@return a configuration of {@code items}}
     *
     * @throws ConfigException if two of them are about the same thing, or one lies below a file or link of another
     */
    public static HostConfig of(List<Item> items) throws ConfigException {
        var seen = new HashMap<String, Item>();
        var leaves = new HashSet<String>();
        for (var item : items) {
            var before = seen.put(item.subject(), item);
            if (before != null) {
                throw item.place().error(item.subject() + " is given twice, before that at " + before.place());
            }
            if (item instanceof Item.File || item instanceof Item.Link) {
                leaves.add(item.subject());
            }
        }
        for (var item : items) {
            var subject = item.subject();
            for (var slash = subject.lastIndexOf('/'); slash > 0; slash = subject.lastIndexOf('/', slash - 1)) {
                if (leaves.contains(subject.substring(0, slash))) {
                    throw item.place()
                            .error(subject + " lies below " + subject.substring(0, slash)
                                    + ", which is a file or a link of the same configuration");
                }
            }
        }
        return new HostConfig(items);
    }

    /** {@return the items of one kind} */
    public <T extends Item> Stream<T> all(Class<T> kind) {
        return items.stream().filter(kind::isInstance).map(kind::cast);
    }
}
