package io.bascule.imagebuilder.initrd;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.skeleton.Skeleton;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Picks from the tree of an image what its initrd needs, after {@code initrd.list}. */
public final class InitrdBuilder {
    /** Without these the image's own udev could not load a module while it is in the initrd. */
    private static final List<String> MODULE_INDEXES = List.of(
            "modules.alias.bin",
            "modules.builtin.alias.bin",
            "modules.builtin.bin",
            "modules.builtin.modinfo",
            "modules.dep.bin",
            "modules.devname",
            "modules.order",
            "modules.softdep");

    /** The last is not for everybody: systemd's libraries find each other there because its programs look there first. */
    private static final List<String> LIBRARY_FOLDERS =
            List.of("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "usr/lib/x86_64-linux-gnu/systemd");

    private final FileTree image;
    private final FileTree initrd = FileTree.empty();
    private final Deque<String> pending = new ArrayDeque<>();

    private InitrdBuilder(FileTree image) {
        this.image = image;
    }

    /**
     * Builds the tree of an initrd.
     *
     * @param image the whole tree, with {@code /usr} and {@code /etc} in their usual places
     * @param kernelRelease of the kernel whose modules to take
     * @param extraModules modules beyond those that every image needs
     * @throws BuildException if the image lacks a file that the initrd needs
     */
    public static FileTree build(FileTree image, String kernelRelease, List<String> extraModules)
            throws BuildException, IOException {
        return new InitrdBuilder(image).build(kernelRelease, extraModules);
    }

    /** {@return {@code tree} as uncompressed cpio archives, to be unpacked one over the other} */
    public static List<byte[]> toCpio(FileTree tree) throws IOException {
        var archives = new ArrayList<byte[]>();
        for (var part : InitrdParts.of(tree)) {
            var out = new ByteArrayOutputStream();
            CpioWriter.write(part, out);
            archives.add(out.toByteArray());
        }
        return archives;
    }

    private FileTree build(String kernelRelease, List<String> extraModules) throws BuildException, IOException {
        var skeleton = Skeleton.initrd();
        skeleton.applyTo(initrd);
        var moduleFolder = "usr/lib/modules/" + kernelRelease;
        var kernelModules = KernelModules.read(image, moduleFolder);
        for (var module : extraModules) {
            pending.addAll(kernelModules.filesOf(module));
        }
        for (var entry : skeleton.entries()) {
            switch (entry) {
                case Skeleton.Entry.Copy copy -> pending.addAll(matches(copy.path()));
                case Skeleton.Entry.Module module -> pending.addAll(kernelModules.filesOf(module.module()));
                case Skeleton.Entry.File unused -> {}
                case Skeleton.Entry.Directory unused -> {}
                case Skeleton.Entry.Link unused -> {}
            }
        }
        for (var index : MODULE_INDEXES) {
            if (image.find(moduleFolder + "/" + index).isPresent()) {
                pending.add(moduleFolder + "/" + index);
            }
        }
        while (!pending.isEmpty()) {
            copy(pending.removeFirst());
        }
        return initrd;
    }

    private List<String> matches(String path) throws BuildException {
        if (!path.contains("*")) {
            return List.of(path);
        }
        var folder = path.substring(0, path.lastIndexOf('/'));
        var pattern = Pattern.compile(
                Pattern.quote(path.substring(folder.length() + 1)).replace("*", "\\E.*\\Q"));
        var found = new ArrayList<String>();
        if (image.find(folder).orElse(null) instanceof Inode.Directory directory) {
            for (var child : directory.children()) {
                if (!(child.getValue() instanceof Inode.Directory)
                        && pattern.matcher(child.getKey().toString()).matches()) {
                    found.add(folder + "/" + child.getKey());
                }
            }
        }
        if (found.isEmpty()) {
            throw missing(path);
        }
        return found;
    }

    private void copy(String path) throws BuildException, IOException {
        if (initrd.find(path).isPresent()) {
            return;
        }
        var inode = image.find(path).orElse(null);
        switch (inode) {
            case Inode.RegularFile file -> {
                initrd.put(path, plain(file));
                copyLibraries(path, file.content());
            }
            case Inode.Symlink link -> {
                initrd.put(path, new Inode.Symlink(Attributes.rootOwned(0777), link.target()));
                pending.add(image.resolve(path).orElseThrow(() -> missing(path)));
            }
            case Inode.Directory unused -> throw missing(path);
            case Inode.Special unused -> throw missing(path);
            case null -> throw missing(path);
        }
    }

    /** Set-user-id bits have no meaning where everything runs as root. */
    private static Inode.RegularFile plain(Inode.RegularFile file) {
        var permissions = file.attributes().permissions() & 0777;
        return new Inode.RegularFile(Attributes.rootOwned(permissions), file.content());
    }

    private void copyLibraries(String path, Content content) throws BuildException, IOException {
        var bytes = content.readAll();
        if (!ElfDependencies.isElf(bytes) || path.contains(".ko")) {
            return;
        }
        try {
            var dependencies = ElfDependencies.read(bytes);
            for (var library : dependencies.needed()) {
                pending.add(locate(library, dependencies.runPath(), path));
            }
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT, "/" + path + " cannot be in the initrd: " + e.getMessage(), "", e);
        }
    }

    private String locate(String library, List<String> runPath, String neededBy) throws BuildException {
        var folders = new ArrayList<String>();
        for (var folder : runPath) {
            folders.add(folder.replace("$ORIGIN", neededBy.substring(0, neededBy.lastIndexOf('/'))));
        }
        folders.addAll(LIBRARY_FOLDERS);
        for (var folder : folders) {
            // The folder by the name that it really has, as an initrd has no '..' and not all links.
            var real = library.contains("/") ? Optional.<String>empty() : image.resolve(folder);
            if (real.isPresent() && image.file(real.get() + "/" + library).isPresent()) {
                return real.get() + "/" + library;
            }
        }
        throw BuildException.badInput(
                "/" + neededBy + " needs " + library + ", which the tree does not have",
                "add the package that holds it to board.yaml");
    }

    private static BuildException missing(String path) {
        return BuildException.badInput(
                "the initrd needs /" + path + ", which the tree does not have",
                "add the package that holds it to board.yaml (docs/boards.md lists what every board needs)");
    }
}
