package io.bascule.firstboot.apply;

import io.bascule.firstboot.apply.HostFiles.Rights;
import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.source.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes groups and users, by the programs that the image has for it, and what belongs to users. */
final class Users {
    private static final String SHELL = "/bin/bash";

    private final Path root;
    private final Commands commands;
    private final HostFiles files;

    Users(Path root, Commands commands, HostFiles files) {
        this.root = root;
        this.commands = commands;
        this.files = files;
    }

    void group(Item.Group group) throws IOException, InterruptedException {
        if (Accounts.of(root).groups().containsKey(group.name())) {
            return;
        }
        var command = new ArrayList<>(List.of("groupadd"));
        group.gid().ifPresent(gid -> command.addAll(List.of("--gid", Long.toString(gid))));
        if (group.system()) {
            command.add("--system");
        }
        command.add(group.name());
        commands.require(command, "");
    }

    /** Puts users into a group, once all of them are there. */
    void members(Item.Group group) throws IOException, InterruptedException {
        for (var member : group.members()) {
            commands.require("usermod", "--append", "--groups", group.name(), member);
        }
    }

    void user(Item.User user) throws IOException, InterruptedException {
        var there = Accounts.of(root).users().containsKey(user.name());
        var command = there ? change(user) : add(user);
        if (command.size() > 2) {
            commands.require(command, "");
        }
        if (user.passwordHash().isPresent()) {
            // Not as an argument, which every process could read.
            commands.require(
                    List.of("chpasswd", "--encrypted"),
                    user.name() + ":" + user.passwordHash().get() + "\n");
        }
        var account = Accounts.of(root).users().get(user.name());
        if (account == null) {
            throw new IOException("the user " + user.name() + " was made, but is not in /etc/passwd");
        }
        var home = HostPath.internal(account.home()).below(root);
        if (user.createHome()) {
            home(home, account);
        }
        if (!user.sshKeys().isEmpty()) {
            keys(user, home, account);
        }
    }

    private List<String> add(Item.User user) {
        // With a password that nothing matches, and not a locked account: keys are to let the user in.
        var command = new ArrayList<>(List.of("useradd", "--password", "*", "--no-create-home"));
        user.uid().ifPresent(uid -> command.addAll(List.of("--uid", Long.toString(uid))));
        command.addAll(List.of(
                "--shell", user.shell().orElse(HostFiles.exists(root.resolve("usr" + SHELL)) ? SHELL : "/bin/sh")));
        if (user.primaryGroup().isEmpty()) {
            // One that is there already, of an attempt that was cut short or of the image, is taken.
            if (hasGroup(user.name())) {
                command.addAll(List.of("--gid", user.name()));
            } else {
                command.add("--user-group");
            }
        }
        if (user.system()) {
            command.add("--system");
        }
        common(user, command, "--groups");
        return command;
    }

    private boolean hasGroup(String name) {
        try {
            return Accounts.of(root).groups().containsKey(name);
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> change(Item.User user) {
        var command = new ArrayList<>(List.of("usermod"));
        user.shell().ifPresent(shell -> command.addAll(List.of("--shell", shell)));
        if (!user.groups().isEmpty()) {
            command.add("--append");
        }
        common(user, command, "--groups");
        return command;
    }

    private static void common(Item.User user, List<String> command, String groups) {
        user.gecos().ifPresent(gecos -> command.addAll(List.of("--comment", gecos)));
        user.home().ifPresent(home -> command.addAll(List.of("--home-dir", home.toString())));
        user.primaryGroup().ifPresent(group -> command.addAll(List.of("--gid", group)));
        if (!user.groups().isEmpty()) {
            command.addAll(List.of(groups, String.join(",", user.groups())));
        }
        command.add(user.name());
    }

    private void home(Path home, Accounts.Account account) throws IOException {
        files.parents(home, new Rights(rootUid(), rootGid(), 0755));
        if (!Files.isDirectory(home)) {
            files.folder(home, new Rights(account.uid(), account.gid(), 0700));
        }
        var skeleton = root.resolve("etc/skel");
        if (!Files.isDirectory(skeleton)) {
            return;
        }
        try (var list = Files.list(skeleton)) {
            for (var file : list.sorted().toList()) {
                var copy = home.resolve(file.getFileName());
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !HostFiles.exists(copy)) {
                    files.file(copy, Files.readAllBytes(file), new Rights(account.uid(), account.gid(), 0644));
                }
            }
        }
    }

    private void keys(Item.User user, Path home, Accounts.Account account) throws IOException {
        files.parents(home, new Rights(rootUid(), rootGid(), 0755));
        if (!Files.isDirectory(home)) {
            files.folder(home, new Rights(account.uid(), account.gid(), 0700));
        }
        var folder = home.resolve(".ssh");
        if (!Files.isDirectory(folder)) {
            files.folder(folder, new Rights(account.uid(), account.gid(), 0700));
        }
        var file = folder.resolve("authorized_keys");
        var old = HostFiles.contents(file)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        var text = new StringBuilder(old);
        if (!old.isEmpty() && !old.endsWith("\n")) {
            text.append('\n');
        }
        for (var key : user.sshKeys()) {
            if (old.lines().noneMatch(key::equals)) {
                text.append(key).append('\n');
            }
        }
        files.file(
                file, text.toString().getBytes(StandardCharsets.UTF_8), new Rights(account.uid(), account.gid(), 0600));
    }

    private int rootUid() throws IOException {
        return Accounts.of(root).uid("root").orElse(0);
    }

    private int rootGid() throws IOException {
        return Accounts.of(root).gid("root").orElse(0);
    }
}
