package io.bascule.firstboot.cloud;

import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigSection;
import io.bascule.firstboot.document.ConfigValue;
import io.bascule.firstboot.model.Compressed;
import io.bascule.firstboot.model.FileContent;
import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Items;
import io.bascule.firstboot.model.Names;
import io.bascule.firstboot.model.Owner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the subset of cloud-config that describes a host: hostname, groups, users, ssh keys and files. What would run a program
 * or install something is refused by name, and so is every other key.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/modules.html">cloud-init's modules</a>
 */
public final class CloudConfigReader {
    /** What the first line of a cloud-config is. */
    public static final String HEADER = "#cloud-config";

    private static final Set<String> KEYS = Set.of(
            "fqdn",
            "groups",
            "hostname",
            "manage_etc_hosts",
            "preserve_hostname",
            "ssh_authorized_keys",
            "ssh_pwauth",
            "users",
            "write_files");

    /** What people try, and what to do instead. */
    private static final Map<String, String> INSTEAD = Map.of(
            "runcmd", "programs are not run: write a unit (write_files to /etc/systemd/system) or use Ignition",
            "bootcmd", "programs are not run: write a unit (write_files to /etc/systemd/system) or use Ignition",
            "packages", "/usr is read-only: packages come with the image, see docs/boards.md",
            "package_update", "/usr is read-only: packages come with the image, see docs/boards.md",
            "package_upgrade", "/usr is read-only: packages come with the image, see docs/boards.md",
            "chpasswd", "give a user its password as a hash: users with passwd",
            "password", "give a user its password as a hash: users with passwd",
            "user", "name it under users",
            "disk_setup", "the image lays out its own disk",
            "mounts", "write a mount unit (write_files to /etc/systemd/system)");

    private static final int LAST_MODE = 07777;
    private static final Pattern OCTAL = Pattern.compile("0?o?[0-7]{3,4}");
    private static final Pattern OWNER = Pattern.compile("([a-z_][a-z0-9_-]{0,30})(?::([a-z_][a-z0-9_-]{0,30}))?");
    private static final Pattern SUDO_RULE = Pattern.compile("[A-Za-z0-9_ ()=:,./*!%@-]+");

    private final List<Item> items = new ArrayList<>();

    private CloudConfigReader() {}

    /**
     * Reads a configuration.
     *
     * @param name what messages call it
     * @return what it says; two that say the same have to be merged first, so nothing is compared here
     */
    public static List<Item> read(String name, byte[] bytes) throws ConfigException {
        var reader = new CloudConfigReader();
        var text = ConfigDocument.text(name, bytes);
        if (text.lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
            return List.of();
        }
        reader.root(ConfigDocument.yaml(name, bytes).section());
        return reader.items;
    }

    private void root(ConfigSection root) throws ConfigException {
        for (var instead : INSTEAD.entrySet()) {
            root.refuse(instead.getKey(), "is not supported: " + instead.getValue());
        }
        root.refuseUnknown(KEYS);
        hostname(root);
        var groups = root.optional("groups");
        if (groups.isPresent()) {
            groups(groups.get());
        }
        var users = root.optional("users");
        if (users.isPresent()) {
            for (var user : users.get().list()) {
                user(user);
            }
        }
        rootKeys(root);
        for (var file : root.list("write_files")) {
            file(file.section());
        }
        if (root.flag("ssh_pwauth", false)) {
            throw root.required("ssh_pwauth")
                    .error("is not supported: write a file of sshd_config.d, if passwords really are to be taken");
        }
        if (root.flag("preserve_hostname", false)) {
            throw root.required("preserve_hostname").error("is not supported: leave the hostname out");
        }
        // Names of the host itself are resolved without /etc/hosts (nss-myhostname), so true or false is the same.
        root.flag("manage_etc_hosts", true);
    }

    private void hostname(ConfigSection root) throws ConfigException {
        var hostname = root.optional("hostname");
        var value = hostname.isPresent() ? hostname : root.optional("fqdn");
        if (value.isPresent()) {
            items.add(new Item.Hostname(value.get().place(), Names.hostname(value.get())));
        }
        var fqdn = root.optional("fqdn");
        if (fqdn.isPresent()) {
            Names.hostname(fqdn.get());
        }
    }

    private void groups(ConfigValue groups) throws ConfigException {
        for (var value : groups.list()) {
            if (!value.isSection()) {
                items.add(new Item.Group(value.place(), Names.user(value), OptionalLong.empty(), false, List.of()));
                continue;
            }
            for (var entry : value.section().values().entrySet()) {
                var members = new ArrayList<String>();
                for (var member : entry.getValue().list()) {
                    members.add(Names.user(member));
                }
                if (!Names.isUser(entry.getKey())) {
                    throw entry.getValue().error("'" + entry.getKey() + "' is not a name for a group");
                }
                items.add(
                        new Item.Group(entry.getValue().place(), entry.getKey(), OptionalLong.empty(), false, members));
            }
        }
    }

    private void rootKeys(ConfigSection root) throws ConfigException {
        var keys = root.optional("ssh_authorized_keys");
        if (keys.isPresent()) {
            items.add(Items.root(keys.get().place(), Names.sshKeys(keys.get().list())));
        }
    }

    private void user(ConfigValue value) throws ConfigException {
        if (!value.isSection()) {
            if (value.line().equals("default")) {
                throw value.error("there is no default user: give it a name, or use ssh_authorized_keys for root");
            }
            throw value.error("expected keys and values (name: ...), found '" + value.line() + "'");
        }
        var user = value.section();
        user.refuse("plain_text_passwd", "is not supported: give the hash as passwd");
        user.refuseUnknown(Set.of(
                "gecos",
                "groups",
                "hashed_passwd",
                "homedir",
                "lock_passwd",
                "name",
                "no_create_home",
                "passwd",
                "plain_text_passwd",
                "primary_group",
                "shell",
                "ssh_authorized_keys",
                "sudo",
                "system",
                "uid"));
        var name = Names.user(user.required("name"));
        var passwd = user.optional("passwd").isPresent() ? user.optional("passwd") : user.optional("hashed_passwd");
        var locked = user.flag("lock_passwd", true);
        if (!locked && passwd.isEmpty()) {
            throw user.required("lock_passwd")
                    .error("a user without a password stays locked: give passwd, or leave this out");
        }
        var primary = user.optional("primary_group");
        var home = user.optional("homedir");
        var uid = user.optional("uid");
        items.add(new Item.User(
                user.place(),
                name,
                uid.isPresent() ? OptionalLong.of(uid.get().number(0L, 4_294_967_293L)) : OptionalLong.empty(),
                passwd.isPresent() && !locked ? Optional.of(Names.passwordHash(passwd.get())) : Optional.empty(),
                Names.sshKeys(user.list("ssh_authorized_keys")),
                Names.gecos(user.optional("gecos")),
                home.isPresent() ? Optional.of(HostPath.of(home.get())) : Optional.empty(),
                !user.flag("no_create_home", false),
                primary.isPresent() ? Optional.of(Names.user(primary.get())) : Optional.empty(),
                groupNames(user.optional("groups")),
                Names.shell(user.optional("shell")),
                user.flag("system", false)));
        var sudo = user.optional("sudo");
        if (sudo.isPresent()) {
            sudo(name, sudo.get());
        }
    }

    private static List<String> groupNames(Optional<ConfigValue> value) throws ConfigException {
        if (value.isEmpty()) {
            return List.of();
        }
        var names = new ArrayList<String>();
        if (value.get().isList()) {
            for (var item : value.get().list()) {
                names.add(Names.user(item));
            }
            return names;
        }
        for (var name : value.get().line().split(",", -1)) {
            if (!Names.isUser(name.strip())) {
                throw value.get().error("'" + name.strip() + "' is not a name for a group");
            }
            names.add(name.strip());
        }
        return names;
    }

    private void sudo(String name, ConfigValue value) throws ConfigException {
        var rules = new StringBuilder("# Made at first boot.\n");
        for (var rule : value.isList() ? value.list() : List.of(value)) {
            if (!rule.isList() && !rule.isSection() && rule.line().equalsIgnoreCase("false")) {
                return;
            }
            if (!SUDO_RULE.matcher(rule.line()).matches()) {
                throw rule.error("'" + rule.line() + "' is not a rule of sudo, like ALL=(ALL) NOPASSWD:ALL");
            }
            rules.append(name).append(' ').append(rule.line()).append('\n');
        }
        items.add(new Item.File(
                value.place(),
                HostPath.internal("/etc/sudoers.d/90-first-boot-" + name),
                Optional.of(FileContent.of(rules.toString())),
                List.of(),
                OptionalInt.of(0440),
                Owner.DEFAULT,
                true));
    }

    private void file(ConfigSection file) throws ConfigException {
        file.refuseUnknown(Set.of("append", "content", "defer", "encoding", "owner", "path", "permissions"));
        file.flag("defer", false);
        var content = file.optional("content");
        var bytes =
                FileContent.of(content.isPresent() ? decoded(content.get(), file.optional("encoding")) : new byte[0]);
        var append = file.flag("append", false);
        items.add(new Item.File(
                file.place(),
                HostPath.of(file.required("path")),
                append ? Optional.empty() : Optional.of(bytes),
                append ? List.of(bytes) : List.of(),
                permissions(file.optional("permissions")),
                owner(file.optional("owner")),
                true));
    }

    private static byte[] decoded(ConfigValue content, Optional<ConfigValue> encoding) throws ConfigException {
        var plain = content.text().getBytes(StandardCharsets.UTF_8);
        if (encoding.isEmpty()) {
            return plain;
        }
        var name = encoding.get().line().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "text/plain" -> plain;
            case "b64", "base64" -> base64(content);
            case "gz+b64", "gz+base64", "gzip+b64", "gzip+base64" -> Compressed.gunzip(base64(content), content);
            default ->
                throw encoding.get().error("'" + name + "' is not supported; there are b64, gz+b64 and text/plain");
        };
    }

    private static byte[] base64(ConfigValue content) throws ConfigException {
        try {
            return Base64.getDecoder().decode(content.text().replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw content.error("is not base64");
        }
    }

    private static OptionalInt permissions(Optional<ConfigValue> value) throws ConfigException {
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        var text = value.get().line();
        if (!OCTAL.matcher(text).matches()) {
            throw value.get().error("'" + text + "' are not octal permissions, like '0644'");
        }
        return OptionalInt.of(Integer.parseInt(text.replace("o", ""), 8) & LAST_MODE);
    }

    private static Owner owner(Optional<ConfigValue> value) throws ConfigException {
        if (value.isEmpty()) {
            return Owner.DEFAULT;
        }
        var matcher = OWNER.matcher(value.get().line());
        if (!matcher.matches()) {
            throw value.get().error("'" + value.get().line() + "' is not USER:GROUP");
        }
        return new Owner(Optional.of(matcher.group(1)), Optional.ofNullable(matcher.group(2)));
    }
}
