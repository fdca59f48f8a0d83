package io.bascule.firstboot.ignition;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigSection;
import io.bascule.firstboot.document.ConfigValue;
import io.bascule.firstboot.model.Compressed;
import io.bascule.firstboot.model.FileContent;
import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Names;
import io.bascule.firstboot.model.Owner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Files, folders and links of an Ignition configuration. */
final class StorageReader {
    private static final int LAST_MODE = 07777;
    private static final Pattern HASH = Pattern.compile("(?i)sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128}");

    Item directory(ConfigSection directory) throws ConfigException {
        directory.refuseUnknown(Set.of("group", "mode", "overwrite", "path", "user"));
        if (directory.flag("overwrite", false)) {
            throw directory.required("overwrite").error("is not supported: a folder that is there stays there");
        }
        return new Item.Folder(
                directory.place(), HostPath.of(directory.required("path")), mode(directory), owner(directory));
    }

    Item file(ConfigSection file) throws ConfigException {
        file.refuseUnknown(Set.of("append", "contents", "group", "mode", "overwrite", "path", "user"));
        var appended = new ArrayList<FileContent>();
        for (var value : file.list("append")) {
            var content = content(value.section());
            if (content.isPresent()) {
                appended.add(content.get());
            }
        }
        var value = file.optional("contents");
        var contents = value.isPresent() ? content(value.get().section()) : Optional.<FileContent>empty();
        var overwrite = file.flag("overwrite", false);
        if (overwrite && contents.isEmpty()) {
            throw file.required("overwrite").error("needs contents");
        }
        return new Item.File(
                file.place(),
                HostPath.of(file.required("path")),
                contents,
                appended,
                mode(file),
                owner(file),
                overwrite);
    }

    Item link(ConfigSection link) throws ConfigException {
        link.refuseUnknown(Set.of("group", "hard", "overwrite", "path", "target", "user"));
        var hard = link.flag("hard", false);
        var target = link.required("target");
        return new Item.Link(
                link.place(),
                HostPath.of(link.required("path")),
                hard ? HostPath.of(target).toString() : target.line(),
                hard,
                owner(link),
                link.flag("overwrite", false));
    }

    private static Optional<FileContent> content(ConfigSection resource) throws ConfigException {
        resource.refuseUnknown(Set.of("compression", "httpHeaders", "source", "verification"));
        resource.refuse("httpHeaders", "is not supported: nothing is fetched");
        var source = resource.optional("source");
        if (source.isEmpty()) {
            return Optional.empty();
        }
        var bytes = DataUrl.read(source.get());
        var compression = resource.optional("compression");
        if (compression.isPresent()) {
            switch (compression.get().text()) {
                case "" -> {}
                case "gzip" -> bytes = Compressed.gunzip(bytes, source.get());
                default ->
                    throw compression.get().error("'" + compression.get().text() + "' is not supported; gzip is");
            }
        }
        var verification = resource.optional("verification");
        if (verification.isPresent()) {
            verify(bytes, verification.get().section());
        }
        return Optional.of(FileContent.of(bytes));
    }

    private static void verify(byte[] bytes, ConfigSection verification) throws ConfigException {
        verification.refuseUnknown(Set.of("hash"));
        var value = verification.optional("hash");
        if (value.isEmpty()) {
            return;
        }
        var hash = value.get().line();
        if (!HASH.matcher(hash).matches()) {
            throw value.get().error("expected sha256- or sha512- and the digits of the hash, found '" + hash + "'");
        }
        var dash = hash.indexOf('-');
        var algorithm = hash.substring(0, dash).equalsIgnoreCase("sha256") ? "SHA-256" : "SHA-512";
        var actual = HexFormat.of().formatHex(digest(algorithm).digest(bytes));
        if (!actual.equals(hash.substring(dash + 1).toLowerCase(Locale.ROOT))) {
            throw value.get().error("the contents have the " + algorithm + " " + actual);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    private static OptionalInt mode(ConfigSection section) throws ConfigException {
        var mode = section.optional("mode");
        return mode.isPresent() ? OptionalInt.of(mode.get().number(0, LAST_MODE)) : OptionalInt.empty();
    }

    private static Owner owner(ConfigSection section) throws ConfigException {
        return new Owner(nameOrId(section.optional("user")), nameOrId(section.optional("group")));
    }

    private static Optional<String> nameOrId(Optional<ConfigValue> value) throws ConfigException {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var section = value.get().section();
        section.refuseUnknown(Set.of("id", "name"));
        var id = section.optional("id");
        var name = section.optional("name");
        if (id.isPresent() && name.isPresent()) {
            throw value.get().error("give an id or a name, not both");
        }
        if (id.isPresent()) {
            return Optional.of(Long.toString(id.get().number(0L, Integer.MAX_VALUE)));
        }
        return name.isPresent() ? Optional.of(Names.user(name.get())) : Optional.empty();
    }
}
