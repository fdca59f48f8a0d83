package io.bascule.firstboot.ignition;

import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigSection;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads Ignition configurations. What a host with a fixed partition table and a read-only system cannot do (disks, file
 * systems, kernel arguments), and what would have to be fetched, is refused by name; so is every key that is not known.
 *
 * @see <a href="https://coreos.github.io/ignition/configuration-v3_4/">Specification 3.4.0</a>
 */
public final class IgnitionReader {
    private static final Set<String> VERSIONS = Set.of("3.0.0", "3.1.0", "3.2.0", "3.3.0", "3.4.0");
    private static final String FETCH =
            "is not supported: nothing is fetched at first boot; put everything into one document";
    private static final String DISKS = "is not supported: the image lays out its own disk";
    private static final long LAST_ID = 4_294_967_293L;

    private final List<Item> items = new ArrayList<>();

    private IgnitionReader() {}

    /**
     * Reads a configuration.
     *
     * @param name what messages call it
     */
    public static HostConfig read(String name, byte[] bytes) throws ConfigException {
        var reader = new IgnitionReader();
        reader.root(ConfigDocument.json(name, bytes).section());
        return HostConfig.of(reader.items);
    }

    private void root(ConfigSection root) throws ConfigException {
        root.refuseUnknown(Set.of("ignition", "kernelArguments", "passwd", "storage", "systemd"));
        ignition(root.required("ignition").section());
        root.refuse("kernelArguments", "is not supported: the kernel's command line is part of the signed image");
        var passwd = section(root, "passwd");
        if (passwd.isPresent()) {
            passwd(passwd.get());
        }
        var storage = section(root, "storage");
        if (storage.isPresent()) {
            storage(storage.get());
        }
        var systemd = section(root, "systemd");
        if (systemd.isPresent()) {
            systemd.get().refuseUnknown(Set.of("units"));
            for (var unit : systemd.get().list("units")) {
                unit(unit.section());
            }
        }
    }

    private static Optional<ConfigSection> section(ConfigSection parent, String name) throws ConfigException {
        var value = parent.optional(name);
        return value.isPresent() ? Optional.of(value.get().section()) : Optional.empty();
    }

    private static void ignition(ConfigSection ignition) throws ConfigException {
        ignition.refuseUnknown(Set.of("config", "proxy", "security", "timeouts", "version"));
        var version = ignition.required("version");
        if (!VERSIONS.contains(version.line())) {
            throw version.error("version '" + version.line() + "' is not supported; there are "
                    + String.join(", ", VERSIONS.stream().sorted().toList()));
        }
        for (var name : List.of("config", "proxy", "security", "timeouts")) {
            ignition.refuse(name, FETCH);
        }
    }

    private void passwd(ConfigSection passwd) throws ConfigException {
        passwd.refuseUnknown(Set.of("groups", "users"));
        for (var value : passwd.list("groups")) {
            var group = value.section();
            group.refuseUnknown(Set.of("gid", "name", "passwordHash", "shouldExist", "system"));
            mustExist(group);
            group.refuse("passwordHash", "is not supported: groups have no passwords");
            items.add(new Item.Group(
                    group.place(),
                    Names.user(group.required("name")),
                    id(group, "gid"),
                    group.flag("system", false),
                    List.of()));
        }
        for (var value : passwd.list("users")) {
            user(value.section());
        }
    }

    private static void mustExist(ConfigSection section) throws ConfigException {
        if (!section.flag("shouldExist", true)) {
            throw section.required("shouldExist").error("removing users and groups is not supported");
        }
    }

    private static OptionalLong id(ConfigSection section, String name) throws ConfigException {
        var value = section.optional(name);
        return value.isPresent() ? OptionalLong.of(value.get().number(0L, LAST_ID)) : OptionalLong.empty();
    }

    private void user(ConfigSection user) throws ConfigException {
        user.refuseUnknown(Set.of(
                "gecos",
                "groups",
                "homeDir",
                "name",
                "noCreateHome",
                "noLogInit",
                "noUserGroup",
                "passwordHash",
                "primaryGroup",
                "shell",
                "shouldExist",
                "sshAuthorizedKeys",
                "system",
                "uid"));
        mustExist(user);
        if (user.flag("noUserGroup", false) && user.optional("primaryGroup").isEmpty()) {
            throw user.required("noUserGroup").error("needs a primaryGroup");
        }
        var groups = new ArrayList<String>();
        for (var group : user.list("groups")) {
            groups.add(Names.user(group));
        }
        var passwordHash = user.optional("passwordHash");
        var primary = user.optional("primaryGroup");
        var home = user.optional("homeDir");
        items.add(new Item.User(
                user.place(),
                Names.user(user.required("name")),
                id(user, "uid"),
                passwordHash.isPresent() ? Optional.of(Names.passwordHash(passwordHash.get())) : Optional.empty(),
                Names.sshKeys(user.list("sshAuthorizedKeys")),
                Names.gecos(user.optional("gecos")),
                home.isPresent() ? Optional.of(HostPath.of(home.get())) : Optional.empty(),
                !user.flag("noCreateHome", false),
                primary.isPresent() ? Optional.of(Names.user(primary.get())) : Optional.empty(),
                groups,
                Names.shell(user.optional("shell")),
                user.flag("system", false)));
    }

    private void storage(ConfigSection storage) throws ConfigException {
        storage.refuseUnknown(Set.of("directories", "disks", "files", "filesystems", "links", "luks", "raid"));
        for (var name : List.of("disks", "filesystems", "luks", "raid")) {
            storage.refuse(name, DISKS);
        }
        var files = new StorageReader();
        for (var directory : storage.list("directories")) {
            items.add(files.directory(directory.section()));
        }
        for (var file : storage.list("files")) {
            items.add(files.file(file.section()));
        }
        for (var link : storage.list("links")) {
            items.add(files.link(link.section()));
        }
    }

    private void unit(ConfigSection unit) throws ConfigException {
        unit.refuseUnknown(Set.of("contents", "dropins", "enabled", "mask", "name"));
        var dropIns = new ArrayList<Item.DropIn>();
        var names = new HashSet<String>();
        for (var value : unit.list("dropins")) {
            var dropIn = value.section();
            dropIn.refuseUnknown(Set.of("contents", "name"));
            var name = Names.dropIn(dropIn.required("name"));
            if (!names.add(name)) {
                throw dropIn.required("name").error("the drop-in " + name + " is given twice");
            }
            var contents = dropIn.optional("contents");
            dropIns.add(
                    new Item.DropIn(name, contents.isPresent() ? contents.get().text() : ""));
        }
        var contents = unit.optional("contents");
        var enabled = unit.optional("enabled");
        var mask = unit.flag("mask", false);
        if (mask && enabled.isPresent() && enabled.get().flag()) {
            throw unit.required("mask").error("a unit cannot be masked and enabled");
        }
        items.add(new Item.Unit(
                unit.place(),
                Names.unit(unit.required("name")),
                contents.isPresent() ? Optional.of(contents.get().text()) : Optional.empty(),
                dropIns,
                enabled.isPresent() ? Optional.of(enabled.get().flag()) : Optional.empty(),
                mask));
    }
}
