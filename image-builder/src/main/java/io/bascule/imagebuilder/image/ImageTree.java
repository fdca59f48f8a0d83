package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.skeleton.Skeleton;
import io.bascule.imagebuilder.source.HostFiles;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tree of an image, made from a tree of packages.
 *
 * @param whole everything, with {@code /etc} in its usual place: what the initrd is picked from
 * @param usr what becomes the file system of a slot, the vendor's {@code /etc} inside
 * @param kernel the one in the tree
 * @param osRelease text of os-release
 * @param ids users and groups
 * @param packages what is installed
 * @param decompressed how many files are stored as they were before they were compressed
 */
public record ImageTree(
        FileTree whole,
        FileTree usr,
        Kernel kernel,
        String osRelease,
        UserIds ids,
        List<InstalledPackage> packages,
        int decompressed) {

    /** Where the vendor's {@code /etc} lies, the lower layer of a host's. */
    public static final String VENDOR_ETC = "usr/share/bascule/etc";

    /** Where the engine's Java runtime lies. */
    public static final String RUNTIME = "usr/lib/bascule/runtime";

    /** Where the engine's jars lie, and how its launcher is called. */
    public static final String ENGINE = "usr/lib/bascule/engine";

    static final String ENGINE_LAUNCHER = "update-engine";

    private static final Set<String> OVERLAY_FOLDERS = Set.of("etc", "usr");

    /** Top-level folders that an image has, or that packages fill and hosts make for themselves. */
    private static final Set<String> FOLDERS_OF_HOSTS =
            Set.of("boot", "dev", "etc", "proc", "root", "run", "sys", "tmp", "usr", "var");

    private static final List<String> MERGED = List.of("bin", "lib", "lib64", "sbin");

    /** What belongs to one host or to the machine that installed the packages, and never to an image. */
    private static final List<String> OF_ONE_HOST = List.of(
            ".dockerenv",
            "etc/.pwd.lock",
            "etc/.resolv.conf.systemd-resolved.bak",
            "etc/group-",
            "etc/gshadow-",
            "etc/hostname",
            "etc/hosts-",
            "etc/passwd-",
            "etc/shadow-",
            "etc/subgid-",
            "etc/subuid-",
            "etc/apt/apt.conf.d/99mmdebstrap",
            "etc/apt/sources.list",
            "etc/apt/sources.list.d");

    /** What the build writes down as the truth about an image; another copy would make a lie of it. */
    private static final List<String> NOT_IN_OVERLAYS = List.of(
            "etc/group", "etc/gshadow", "etc/machine-id", "etc/os-release", "etc/passwd", "etc/shadow", OsRelease.PATH);

    /**
     * Makes {@code tree} into the tree of an image; it is changed.
     *
     * @param verity size of the hash partition of a slot
     * @param runtime a folder with the engine's Java runtime
     * @param engine a folder with the engine's jars and launcher, if the image gets one
     * @param spool keeps contents that are new
     * @param results what was decompressed before
     */
    public static ImageTree prepare(
            FileTree tree,
            Board board,
            String version,
            ByteCount verity,
            Path runtime,
            Optional<Path> engine,
            Spool spool,
            ResultCache results)
            throws BuildException, IOException {
        refuseUnmergedUsr(tree);
        var kernel = Kernel.find(tree);
        kernel.checkCanMount(board.compression().codec());
        var packages = InstalledPackage.readAll(tree);
        var ids = UserIds.read(tree);

        OF_ONE_HOST.forEach(tree::remove);
        removeHostKeys(tree);
        if (tree.find("etc/resolv.conf").orElse(null) instanceof Inode.RegularFile) {
            // A link is a package's; a file is what mmdebstrap took from the machine that builds.
            tree.remove("etc/resolv.conf");
        }
        for (var path : board.exclude()) {
            if (tree.locate(FileTree.components(path.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty()) {
                throw BuildException.badInput(
                        board.origin(path) + ": exclude: the tree has no '" + path + "'",
                        "correct the path or take it out; what is not there any more may have moved");
            }
            tree.remove(path);
        }
        // After that, so that boards name files as packages do.
        var decompressed = board.decompress()
                ? Decompression.apply(
                                tree, spool, UnpackBudget.forSlot(board.sizes().usr()), results)
                        .files()
                : 0;

        // Empty, not absent: systemd then writes one at first boot and does not reset everything to its presets.
        tree.putFile("etc/machine-id", 0444, "");
        var osRelease = OsRelease.of(tree, board, version);
        tree.putFile(OsRelease.PATH, 0644, osRelease);
        // The packages' own files name the same users without numbers.
        tree.clear("usr/lib/sysusers.d");
        tree.putFile("usr/lib/sysusers.d/00-bascule-image.conf", 0644, ids.toSysusers());
        // Last by name, because the first line about a path counts: packages say when to clean up /var/tmp, this does
        // not.
        tree.putFile("usr/lib/tmpfiles.d/zz-bascule-image.conf", 0644, StateFiles.of(tree));
        keepPackageStatus(tree);
        RepartDefinitions.put(tree, board.sizes(), verity);
        Skeleton.image().applyTo(tree);
        HostFiles.addAll(runtime, tree, RUNTIME);
        if (engine.isPresent()) {
            addEngine(engine.get(), tree);
        }
        for (var overlay : board.overlays()) {
            addOverlay(tree, overlay);
        }
        refuseFilesOutside(tree);
        return new ImageTree(tree, usrOf(tree), kernel, osRelease, ids, packages, decompressed);
    }

    private static void addEngine(Path engine, FileTree tree) throws BuildException, IOException {
        var launcher = engine.resolve(ENGINE_LAUNCHER);
        if (!Files.isRegularFile(launcher)) {
            throw BuildException.badInput(
                    engine + " is not the folder of an engine: it has no " + ENGINE_LAUNCHER,
                    "build the module update-engine; its target/engine is such a folder");
        }
        HostFiles.addAll(engine, tree, ENGINE);
        var folder = tree.directory(ENGINE);
        if (has(folder, "zstd-jni", ".jar") && !has(folder, "libzstd-jni", ".so")) {
            throw BuildException.badInput(
                    engine + " is not whole: it has no libzstd-jni, without which hosts take no deltas",
                    "build the module update-engine again");
        }
        for (var file : List.copyOf(folder.children())) {
            if (file.getValue() instanceof Inode.RegularFile jar
                    && file.getKey().toString().endsWith(".jar")) {
                var stored = StoredJar.of(jar.content().readAll());
                folder.put(file.getKey(), new Inode.RegularFile(jar.attributes(), Content.of(stored)));
            }
        }
        tree.putFile("usr/bin/" + ENGINE_LAUNCHER, 0755, Files.readString(launcher));
        tree.remove(ENGINE + "/" + ENGINE_LAUNCHER);
    }

    private static boolean has(Inode.Directory folder, String start, String end) {
        return folder.children().stream()
                .map(file -> file.getKey().toString())
                .anyMatch(name -> name.startsWith(start) && name.endsWith(end));
    }

    private static void addOverlay(FileTree tree, Path overlay) throws BuildException, IOException {
        try (var top = Files.list(overlay)) {
            for (var file : top.sorted().toList()) {
                if (!OVERLAY_FOLDERS.contains(String.valueOf(file.getFileName()))) {
                    throw BuildException.badInput(
                            file + " would not reach a host: only /usr and /etc are in an image",
                            "an overlay has the folders usr and etc; for what STATE must have, see tmpfiles.d(5)");
                }
            }
        }
        for (var path : NOT_IN_OVERLAYS) {
            if (Files.exists(overlay.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
                throw BuildException.badInput(
                        overlay.resolve(path) + " cannot come from an overlay: the build makes /" + path,
                        "users come from packages, or from a file for sysusers.d(5) in the overlay");
            }
        }
        try {
            HostFiles.addAll(overlay, tree, "");
        } catch (IllegalArgumentException e) {
            throw new BuildException(BuildException.Kind.BAD_INPUT, overlay + ": " + e.getMessage(), "", e);
        }
    }

    private static FileTree usrOf(FileTree tree) throws BuildException {
        if (!(tree.find("usr").orElse(null) instanceof Inode.Directory usr)
                || !(tree.find("etc").orElse(null) instanceof Inode.Directory etc)) {
            throw BuildException.badInput("the tree has no /usr or no /etc", "is it a system at all?");
        }
        // Copies of the folders on the way to the vendor's /etc, so that the whole tree keeps its own view.
        var root = copyOf(usr);
        var at = root;
        var way = FileTree.components(VENDOR_ETC.getBytes(StandardCharsets.UTF_8));
        for (var name : way.subList(1, way.size() - 1)) {
            var copy = at.child(name) instanceof Inode.Directory old
                    ? copyOf(old)
                    : new Inode.Directory(Attributes.rootOwned(0755));
            at.put(name, copy);
            at = copy;
        }
        at.put(way.getLast(), etc);
        return new FileTree(root);
    }

    private static Inode.Directory copyOf(Inode.Directory directory) {
        var copy = new Inode.Directory(directory.attributes());
        directory.children().forEach(child -> copy.put(child.getKey(), child.getValue()));
        return copy;
    }

    private static void removeHostKeys(FileTree tree) {
        if (tree.find("etc/ssh").orElse(null) instanceof Inode.Directory ssh) {
            for (var name : ssh.children().stream().map(Map.Entry::getKey).toList()) {
                if (name.startsWith(Name.of("ssh_host_"))) {
                    ssh.remove(name);
                }
            }
        }
    }

    /** So that {@code dpkg -l} tells the truth on a host. */
    private static void keepPackageStatus(FileTree tree) {
        tree.file(InstalledPackage.STATUS).ifPresent(status -> tree.put("usr/lib/sysimage/dpkg/status", status));
    }

    /** What lies in /lib itself would be missing on hosts, where that is a link to /usr/lib. */
    private static void refuseUnmergedUsr(FileTree tree) throws BuildException {
        for (var name : MERGED) {
            if (tree.find(name).orElse(null) instanceof Inode.Directory directory
                    && !directory.children().isEmpty()) {
                throw BuildException.badInput(
                        "the tree has files in /" + name + ", which must be a link to usr/" + name + " (merged /usr)",
                        "take a distribution whose /usr is merged; Debian's is from release 12 on");
            }
        }
    }

    /** Only /usr and /etc are in an image; a package that installs elsewhere would silently be broken. */
    private static void refuseFilesOutside(FileTree tree) throws BuildException {
        for (var child : tree.root().children()) {
            var name = child.getKey().toString();
            switch (child.getValue()) {
                case Inode.Directory directory -> {
                    if (!FOLDERS_OF_HOSTS.contains(name)
                            && !directory.children().isEmpty()) {
                        throw outside(
                                "files in /" + name,
                                directory.children().iterator().next().getKey().toString());
                    }
                }
                // Links like /bin are made by the initrd, and those to kernels mean nothing here.
                case Inode.Symlink unused -> {}
                case Inode.RegularFile unused -> throw outside("a file in /", name);
                case Inode.Special unused -> throw outside("a special file in /", name);
            }
        }
    }

    private static BuildException outside(String what, String example) {
        return BuildException.badInput(
                "the tree has " + what + ", which is not part of an image: " + example,
                "put them below /usr, or exclude them in board.yaml");
    }

    /** {@return the {@code count} largest files below /usr, as lines for people: path and size} */
    public List<String> largestFiles(int count) {
        var files = new ArrayList<Map.Entry<String, Long>>();
        usr.walk((path, inode) -> {
            if (inode instanceof Inode.RegularFile file) {
                files.add(Map.entry("/usr/" + path, file.content().size()));
            }
        });
        files.sort(Map.Entry.<String, Long>comparingByValue().reversed());
        return files.stream()
                .limit(count)
                .map(file -> file.getKey() + "  " + new ByteCount(file.getValue()))
                .toList();
    }
}
