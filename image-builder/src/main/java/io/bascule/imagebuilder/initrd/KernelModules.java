package io.bascule.imagebuilder.initrd;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The modules of one kernel, as {@code depmod} wrote them down (modules.dep(5)). */
final class KernelModules {
    private final String folder;
    private final Map<String, List<String>> filesByModule = new HashMap<>();
    private final Set<String> builtIn = new HashSet<>();

    private KernelModules(String folder) {
        this.folder = folder;
    }

    /** @param folder {@code usr/lib/modules/RELEASE} in {@code tree} */
    static KernelModules read(FileTree tree, String folder) throws BuildException, IOException {
        var modules = new KernelModules(folder);
        for (var line : lines(tree, folder + "/modules.dep")) {
            var colon = line.indexOf(':');
            if (colon > 0) {
                var files = new ArrayList<String>();
                files.add(line.substring(0, colon));
                for (var dependency : line.substring(colon + 1).split(" ")) {
                    if (!dependency.isEmpty()) {
                        files.add(dependency);
                    }
                }
                modules.filesByModule.put(name(files.getFirst()), files);
            }
        }
        for (var line : lines(tree, folder + "/modules.builtin")) {
            modules.builtIn.add(name(line));
        }
        return modules;
    }

    /** {@return the paths in the tree of {@code module} and of those it depends on; none if the kernel has it built in} */
    List<String> filesOf(String module) throws BuildException {
        var files = filesByModule.get(module.replace('-', '_'));
        if (files != null) {
            return files.stream().map(file -> folder + "/" + file).toList();
        }
        if (builtIn.contains(module.replace('-', '_'))) {
            return List.of();
        }
        throw BuildException.badInput(
                "the kernel in the tree has no module " + module,
                "see the key initrd-modules in board.yaml, or take another kernel package");
    }

    private static List<String> lines(FileTree tree, String path) throws BuildException, IOException {
        var file = tree.file(path)
                .orElseThrow(() -> BuildException.badInput(
                        "the tree has no " + path, "depmod did not run when the kernel package was installed"));
        return new String(file.content().readAll(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /** {@return the module that {@code kernel/fs/erofs/erofs.ko.xz} holds, with the underscores that the kernel uses} */
    private static String name(String file) {
        var base = file.substring(file.lastIndexOf('/') + 1);
        var dot = base.indexOf(".ko");
        return (dot < 0 ? base : base.substring(0, dot)).replace('-', '_');
    }
}
