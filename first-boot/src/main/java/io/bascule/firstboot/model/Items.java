package io.bascule.firstboot.model;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Configurations that several documents make together. */
public final class Items {
    private Items() {}

    /** {@return root, who has these ssh keys} */
    public static Item.User root(Place place, List<String> keys) {
        return new Item.User(
                place,
                "root",
                OptionalLong.empty(),
                Optional.empty(),
                keys,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false);
    }

    /**
     * {@return one configuration of all that the instructions say, and of what the facts say that they do not: a hostname of
     * the instructions is the host's, and root has the keys of both}
     *
     * @param facts what the cloud knows of the machine
     * @param instructions what the owner of the host wrote
     */
    public static HostConfig merge(List<Item> facts, List<Item> instructions) throws ConfigException {
        var named = instructions.stream().anyMatch(Items::names);
        var all = new ArrayList<Item>();
        for (var item : facts) {
            if (!(item instanceof Item.Hostname && named)) {
                all.add(item);
            }
        }
        all.addAll(instructions);
        var roots =
                all.stream().filter(Items::isRoot).map(Item.User.class::cast).toList();
        if (roots.size() > 1) {
            all.removeIf(Items::isRoot);
            var last = roots.getLast();
            var keys =
                    roots.stream().map(Item.User::sshKeys).flatMap(List::stream).distinct();
            all.add(withKeys(last, keys));
        }
        return HostConfig.of(all);
    }

    private static boolean names(Item item) {
        return item instanceof Item.Hostname || item.subject().equals("/etc/hostname");
    }

    private static boolean isRoot(Item item) {
        return item instanceof Item.User user && user.name().equals("root");
    }

    private static Item.User withKeys(Item.User user, Stream<String> keys) {
        return new Item.User(
                user.place(),
                user.name(),
                user.uid(),
                user.passwordHash(),
                keys.toList(),
                user.gecos(),
                user.home(),
                user.createHome(),
                user.primaryGroup(),
                user.groups(),
                user.shell(),
                user.system());
    }
}
