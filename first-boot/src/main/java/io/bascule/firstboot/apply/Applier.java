package io.bascule.firstboot.apply;

import io.bascule.firstboot.apply.HostFiles.Rights;
import io.bascule.firstboot.model.FileContent;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.HostPath;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Owner;
import io.bascule.firstboot.source.Commands;
import io.bascule.firstboot.source.LoadedConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a host what a configuration says. All that can be known is checked before the first change; each change is whole or not
 * there; and the stamp that keeps it from being done again is written last. So a power cut at any moment leads to the same:
 * it is done again, with the same result.
 */
public final class Applier {
    private static final String UNITS = "/etc/systemd/system/";

    private final Path root;
    private final Commands commands;
    private final InstantSource clock;
    private final HostFiles files;
    private final Originals originals;
    private final Consumer<String> log;

    /**
     * @param root of the host
     * @param log is told what is done
     */
    public Applier(Path root, Commands commands, InstantSource clock, Consumer<String> log) {
        this(root, commands, clock, log, path -> {});
    }

    Applier(Path root, Commands commands, InstantSource clock, Consumer<String> log, HostFiles.Checkpoint checkpoint) {
        this.root = root;
        this.commands = commands;
        this.clock = clock;
        this.log = log;
        this.files = new HostFiles(checkpoint);
        this.originals = new Originals(root, files);
    }

    /** {@return what was applied; nothing if nothing was} */
    public Optional<AppliedStamp> applied() throws IOException {
        var bytes = HostFiles.contents(root.resolve(AppliedStamp.FILE));
        return bytes.isPresent() ? Optional.of(AppliedStamp.parse(bytes.get())) : Optional.empty();
    }

    /**
     * Checks whether the configuration can be applied, and changes nothing.
     *
     * @throws io.bascule.firstboot.document.ConfigException if it cannot
     */
    public void check(HostConfig config) throws IOException {
        Preflight.check(root, originals, config);
    }

    /**
     * Applies a configuration.
     *
     * @return whether systemd has to look at its units again
     */
    public boolean apply(LoadedConfig loaded) throws IOException, InterruptedException {
        var config = loaded.config();
        check(config);
        var users = new Users(root, commands, files);
        for (var group : config.all(Item.Group.class).toList()) {
            log.accept(Descriptions.of(group));
            users.group(group);
        }
        for (var user : config.all(Item.User.class).toList()) {
            log.accept(Descriptions.of(user));
            users.user(user);
        }
        for (var group : config.all(Item.Group.class).toList()) {
            users.members(group);
        }
        var accounts = Accounts.of(root);
        for (var item : config.items()) {
            switch (item) {
                case Item.Folder folder -> folder(folder, accounts);
                case Item.File file -> file(file, accounts);
                case Item.Hostname hostname -> write("/etc/hostname", hostname.name() + "\n", accounts);
                case Item.Interface network -> network(network, accounts);
                case Item.Unit unit -> unit(unit, accounts);
                case Item.Group unused -> {
                    continue;
                }
                case Item.User unused -> {
                    continue;
                }
                // Behind the files that they may lead to.
                case Item.Link unused -> {
                    continue;
                }
            }
            log.accept(Descriptions.of(item));
        }
        for (var link : config.all(Item.Link.class).toList()) {
            link(link, accounts);
            log.accept(Descriptions.of(link));
        }
        var changed = units(config);
        // What the programs wrote, too.
        commands.require("sync", "--file-system", root.resolve("var").toString());
        stamp(loaded, accounts);
        return changed;
    }

    private void stamp(LoadedConfig loaded, Accounts accounts) throws IOException {
        var stamp = root.resolve(AppliedStamp.FILE);
        files.parents(stamp, rights(Owner.DEFAULT, 0755, accounts));
        files.file(
                stamp,
                AppliedStamp.of(loaded, clock.instant()).toJson().getBytes(StandardCharsets.UTF_8),
                rights(Owner.DEFAULT, 0644, accounts));
    }

    private void folder(Item.Folder folder, Accounts accounts) throws IOException {
        var path = folder.path().below(root);
        var old = Files.isDirectory(path) ? Optional.of(HostFiles.rightsOf(path)) : Optional.<Rights>empty();
        files.parents(path, rights(Owner.DEFAULT, 0755, accounts));
        files.folder(
                path,
                rights(
                        folder.owner(),
                        folder.mode().orElse(old.map(Rights::mode).orElse(0755)),
                        old,
                        accounts));
    }

    private void file(Item.File file, Accounts accounts) throws IOException {
        var path = file.path().below(root);
        var before = originals.contents(file.path());
        var old = HostFiles.contents(path).isPresent() && file.contents().isEmpty()
                ? Optional.of(HostFiles.rightsOf(path))
                : Optional.<Rights>empty();
        var out = new ByteArrayOutputStream();
        out.writeBytes(file.contents().map(FileContent::bytes).or(() -> before).orElse(new byte[0]));
        file.appended().forEach(appended -> out.writeBytes(appended.bytes()));
        originals.save(file.path(), rights(Owner.DEFAULT, 0600, accounts));
        files.parents(path, rights(Owner.DEFAULT, 0755, accounts));
        files.file(
                path,
                out.toByteArray(),
                rights(file.owner(), file.mode().orElse(old.map(Rights::mode).orElse(0644)), old, accounts));
    }

    private void link(Item.Link link, Accounts accounts) throws IOException {
        var path = link.path().below(root);
        originals.save(link.path(), rights(Owner.DEFAULT, 0600, accounts));
        files.parents(path, rights(Owner.DEFAULT, 0755, accounts));
        if (link.hard()) {
            files.hardLink(path, HostPath.internal(link.target()).below(root));
        } else {
            var rights = rights(link.owner(), 0777, accounts);
            files.symbolicLink(path, link.target(), rights.uid(), rights.gid());
        }
    }

    private void network(Item.Interface network, Accounts accounts) throws IOException {
        for (var file : NetworkdFiles.of(network).entrySet()) {
            write(file.getKey().toString(), file.getValue(), accounts);
        }
    }

    private void unit(Item.Unit unit, Accounts accounts) throws IOException {
        if (unit.contents().isPresent()) {
            write(UNITS + unit.name(), unit.contents().get(), accounts);
        }
        for (var dropIn : unit.dropIns()) {
            write(UNITS + unit.name() + ".d/" + dropIn.name(), dropIn.contents(), accounts);
        }
        if (unit.mask()) {
            var path = HostPath.internal(UNITS + unit.name()).below(root);
            var rights = rights(Owner.DEFAULT, 0777, accounts);
            files.parents(path, rights(Owner.DEFAULT, 0755, accounts));
            files.symbolicLink(path, "/dev/null", rights.uid(), rights.gid());
        }
    }

    private boolean units(HostConfig config) throws IOException, InterruptedException {
        for (var unit : config.all(Item.Unit.class).toList()) {
            if (unit.enabled().isPresent() && !unit.mask()) {
                commands.require("systemctl", unit.enabled().get() ? "enable" : "disable", unit.name());
            }
        }
        return config.items().stream()
                .anyMatch(item -> item instanceof Item.Unit || item.subject().startsWith(UNITS));
    }

    private void write(String path, String text, Accounts accounts) throws IOException {
        var file = HostPath.internal(path).below(root);
        files.parents(file, rights(Owner.DEFAULT, 0755, accounts));
        files.file(file, text.getBytes(StandardCharsets.UTF_8), rights(Owner.DEFAULT, 0644, accounts));
    }

    private static Rights rights(Owner owner, int mode, Accounts accounts) throws IOException {
        return rights(owner, mode, Optional.empty(), accounts);
    }

    /** @param old what it has now and is to keep, as far as {@code owner} does not say otherwise */
    private static Rights rights(Owner owner, int mode, Optional<Rights> old, Accounts accounts) throws IOException {
        var user = owner.user().orElse("root");
        var group = owner.group().orElse("root");
        return new Rights(
                owner.user().isEmpty() && old.isPresent()
                        ? old.get().uid()
                        : accounts.uid(user).orElseThrow(() -> new IOException("there is no user '" + user + "'")),
                owner.group().isEmpty() && old.isPresent()
                        ? old.get().gid()
                        : accounts.gid(group).orElseThrow(() -> new IOException("there is no group '" + group + "'")),
                mode);
    }

    /** {@return what would be done, a line for each item} */
    public static List<String> describe(HostConfig config) {
        var lines = new ArrayList<String>();
        config.items().forEach(item -> lines.add(Descriptions.of(item)));
        return lines;
    }
}
