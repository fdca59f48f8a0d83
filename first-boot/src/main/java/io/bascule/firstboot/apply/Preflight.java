package io.bascule.firstboot.apply;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides whether this host can be what a configuration says, before anything of it is changed. */
final class Preflight {
    private static final List<String> UNIT_FOLDERS =
            List.of("etc/systemd/system", "usr/lib/systemd/system", "run/systemd/generator");

    private final Path root;
    private final Originals originals;
    private final HostConfig config;
    private final Accounts accounts;
    private final Set<String> newUsers;
    private final Set<String> newGroups;

    private Preflight(Path root, Originals originals, HostConfig config) throws IOException {
        this.root = root;
        this.originals = originals;
        this.config = config;
        this.accounts = Accounts.of(root);
        this.newUsers = config.all(Item.User.class).map(Item.User::name).collect(Collectors.toSet());
        this.newGroups = Stream.concat(
                        config.all(Item.Group.class).map(Item.Group::name),
                        // A user without a primary group gets one of its own name.
                        config.all(Item.User.class)
                                .filter(user -> user.primaryGroup().isEmpty())
                                .map(Item.User::name))
                .collect(Collectors.toSet());
    }

    /** Complains about the first item that cannot be done. */
    static void check(Path root, Originals originals, HostConfig config) throws IOException {
        var preflight = new Preflight(root, originals, config);
        for (var item : config.items()) {
            switch (item) {
                case Item.Hostname unused -> {}
                case Item.Interface unused -> {}
                case Item.Group group -> preflight.group(group);
                case Item.User user -> preflight.user(user);
                case Item.Folder folder -> preflight.folder(folder);
                case Item.File file -> preflight.file(file);
                case Item.Link link -> preflight.link(link);
                case Item.Unit unit -> preflight.unit(unit);
            }
        }
    }

    private void group(Item.Group group) throws ConfigException {
        var gid = accounts.groups().get(group.name());
        if (gid != null && group.gid().isPresent() && group.gid().getAsLong() != Integer.toUnsignedLong(gid)) {
            throw group.place().error("the group " + group.name() + " is there and has the GID " + gid);
        }
        for (var member : group.members()) {
            if (!newUsers.contains(member) && !accounts.users().containsKey(member)) {
                throw group.place().error("there is no user '" + member + "'");
            }
        }
    }

    private void user(Item.User user) throws ConfigException {
        var account = accounts.users().get(user.name());
        if (account != null
                && user.uid().isPresent()
                && user.uid().getAsLong() != Integer.toUnsignedLong(account.uid())) {
            throw user.place().error("the user " + user.name() + " is there and has the UID " + account.uid());
        }
        for (var group : Stream.concat(user.primaryGroup().stream(), user.groups().stream())
                .toList()) {
            if (!newGroups.contains(group) && !accounts.groups().containsKey(group)) {
                throw user.place()
                        .error("there is no group '" + group + "' in the image, and the configuration makes none");
            }
        }
        if (user.shell().isPresent() && !HostFiles.exists(below(user.shell().get()))) {
            throw user.place().error("the image has no " + user.shell().get());
        }
        if (user.home().isPresent()) {
            checkWay(user.place(), user.home().get());
        }
    }

    private void folder(Item.Folder folder) throws IOException {
        checkWay(folder.place(), folder.path());
        checkOwner(folder.place(), folder.owner());
        var path = folder.path().below(root);
        if (HostFiles.exists(path) && !Files.isDirectory(path)) {
            throw folder.place().error(folder.path() + " is there and is no folder");
        }
    }

    private void file(Item.File file) throws IOException {
        checkPlaceFor(file.place(), file.path());
        checkOwner(file.place(), file.owner());
        if (file.path().toString().startsWith("/etc/sudoers.d/") && !HostFiles.exists(below("/usr/bin/sudo"))) {
            throw file.place().error("the image has no sudo: add its package to the board");
        }
        if (file.overwrite() || file.contents().isEmpty() || !originals.existed(file.path())) {
            return;
        }
        var old = originals.contents(file.path());
        if (old.isEmpty() || !Arrays.equals(old.get(), file.contents().get().bytes())) {
            throw file.place()
                    .error(file.path() + " is in the image with other contents; to replace it say so: overwrite");
        }
    }

    private void link(Item.Link link) throws IOException {
        checkPlaceFor(link.place(), link.path());
        checkOwner(link.place(), link.owner());
        if (!link.overwrite() && originals.existed(link.path())) {
            throw link.place().error(link.path() + " is in the image; to replace it say so: overwrite");
        }
        if (link.hard()
                && link.target().startsWith("/etc/") != link.path().toString().startsWith("/etc/")) {
            throw link.place().error("a hard link cannot lead from /etc to /var or back: they are two file systems");
        }
        if (link.hard()
                && !Files.isRegularFile(below(link.target()), LinkOption.NOFOLLOW_LINKS)
                && config.all(Item.File.class).noneMatch(file -> file.subject().equals(link.target()))) {
            throw link.place().error("there is no file " + link.target() + " for a hard link");
        }
    }

    private void unit(Item.Unit unit) throws ConfigException {
        if (unit.mask() && unit.contents().isPresent()) {
            throw unit.place().error("a unit cannot be masked and have contents");
        }
        if (unit.contents().isPresent() || unit.mask() || unit.enabled().isEmpty()) {
            return;
        }
        var name = unit.name();
        var at = name.indexOf('@');
        var template = at < 0 ? name : name.substring(0, at + 1) + name.substring(name.lastIndexOf('.'));
        var there = UNIT_FOLDERS.stream()
                .map(root::resolve)
                .anyMatch(
                        folder -> HostFiles.exists(folder.resolve(name)) || HostFiles.exists(folder.resolve(template)));
        var written = config.all(Item.File.class)
                .anyMatch(file -> file.subject().equals("/etc/systemd/system/" + name)
                        || file.subject().equals("/etc/systemd/system/" + template));
        var made = config.all(Item.Unit.class)
                .anyMatch(other ->
                        other.name().equals(template) && other.contents().isPresent());
        if (!there && !written && !made) {
            throw unit.place().error("the image has no unit " + name + ", and the configuration gives it no contents");
        }
    }

    private void checkOwner(Place place, Owner owner) throws ConfigException {
        var user = owner.user()
                .filter(name -> !newUsers.contains(name) && accounts.uid(name).isEmpty());
        if (user.isPresent()) {
            throw place.error("there is no user '" + user.get() + "'");
        }
        var group = owner.group()
                .filter(name -> !newGroups.contains(name) && accounts.gid(name).isEmpty());
        if (group.isPresent()) {
            throw place.error("there is no group '" + group.get() + "'");
        }
    }

    /** Complains if no file can be put there, because a folder is or because of what leads there. */
    private void checkPlaceFor(Place place, HostPath path) throws IOException {
        checkWay(place, path);
        if (Files.isDirectory(path.below(root), LinkOption.NOFOLLOW_LINKS)) {
            throw place.error(path + " is there and is a folder");
        }
    }

    /** Complains if a link on the way leads to where nothing is kept. */
    private void checkWay(Place place, HostPath path) throws ConfigException {
        var parent = Optional.ofNullable(path.below(root).getParent());
        while (parent.isPresent() && !HostFiles.exists(parent.get())) {
            parent = parent.map(Path::getParent);
        }
        if (parent.isEmpty()) {
            return;
        }
        try {
            var real = root.toRealPath().relativize(parent.get().toRealPath());
            if (!real.startsWith("etc")
                    && !real.startsWith("var")
                    && !real.toString().isEmpty()) {
                throw place.error(path + " leads through a link to /" + real + ", where nothing can be kept");
            }
            if (!Files.isDirectory(parent.get())) {
                throw place.error("/" + real + " is no folder, so nothing can lie below it");
            }
        } catch (ConfigException e) {
            throw e;
        } catch (IOException e) {
            throw place.error("the way to " + path + " cannot be followed: " + e.getMessage());
        }
    }

    private Path below(String path) {
        return root.resolve(path.substring(1));
    }
}
