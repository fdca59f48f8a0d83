package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.source.Decompressor;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Stores kernel modules and documents that come compressed as they were before: the image compresses them anyway, and a patch
 * from one release to the next cannot see through the compression of single files. Their names lose the ending, links to
 * them too, and the module index follows. A file whose new name is taken, that is not what its name says, or that is also
 * known by a name of another kind, is left alone.
 */
final class Decompression {
    private static final String MODULES = "usr/lib/modules";
    private static final Pattern MODULE =
            Pattern.compile("usr/lib/modules/[^/]+/.+\\.ko\\.(?:xz|zst|gz)", Pattern.DOTALL);
    private static final Pattern DOCUMENT =
            Pattern.compile("usr/share/(?:doc|info|man)/.+(?<!\\.tar)\\.gz", Pattern.DOTALL);

    /** No module and no document is larger. */
    private static final long MAX_FILE = 256L << 20;

    /** What is unpacked in memory, and remembered: up to so many bytes, packed and plain. */
    private static final int SMALL = 8 << 20;

    private static final int MAX_REMEMBERED = 64 << 20;

    /** Every decoder gives the same bytes, so no version is in it. */
    private static final String UNPACK = "unpacked file 1";

    private final FileTree tree;
    private final Spool spool;
    private final UnpackBudget budget;
    private final ResultCache results;
    private final List<Entry> entries = new ArrayList<>();
    private final IdentityHashMap<Inode, Inode> replaced = new IdentityHashMap<>();
    private final IdentityHashMap<Inode.Directory, Map<Name, Name>> renamed = new IdentityHashMap<>();
    private final Set<String> renamedPaths = new HashSet<>();
    private long before;
    private long after;

    private Decompression(FileTree tree, Spool spool, UnpackBudget budget, ResultCache results) {
        this.tree = tree;
        this.spool = spool;
        this.budget = budget;
        this.results = results;
    }

    /**
     * What was done.
     *
     * @param files how many were stored in another form
     */
    record Result(int files, ByteCount before, ByteCount after) {}

    /** A name in a directory, and where that is. */
    private record Entry(Inode.Directory folder, List<Name> path, Name name, Inode inode) {
        String text() {
            return (path.isEmpty()
                            ? ""
                            : String.join("/", path.stream().map(Name::toString).toList()) + "/")
                    + name;
        }

        /** {@return the name without its last ending, if it is that of something to store in another form} */
        Optional<Name> plainName() {
            var text = text();
            if (!MODULE.matcher(text).matches() && !DOCUMENT.matcher(text).matches()) {
                return Optional.empty();
            }
            var bytes = name.bytes();
            var end = bytes.length;
            while (bytes[end - 1] != '.') {
                end--;
            }
            return end < 2 ? Optional.empty() : Optional.of(Name.of(Arrays.copyOf(bytes, end - 1)));
        }
    }

    /** Changes {@code tree}; new contents go to {@code spool}. */
    static Result apply(FileTree tree, Spool spool, UnpackBudget budget, ResultCache results) throws IOException {
        var decompression = new Decompression(tree, spool, budget, results);
        decompression.collect(tree.root(), List.of());
        decompression.decompress();
        decompression.renameLinks();
        decompression.apply();
        decompression.writeIndexes();
        return new Result(
                decompression.replaced.size(), new ByteCount(decompression.before), new ByteCount(decompression.after));
    }

    private void collect(Inode.Directory folder, List<Name> path) {
        for (var child : folder.children()) {
            entries.add(new Entry(folder, path, child.getKey(), child.getValue()));
            if (child.getValue() instanceof Inode.Directory next) {
                var below = new ArrayList<>(path);
                below.add(child.getKey());
                collect(next, below);
            }
        }
    }

    private void decompress() throws IOException {
        var places = new IdentityHashMap<Inode, List<Entry>>();
        for (var entry : entries) {
            if (entry.inode() instanceof Inode.RegularFile) {
                places.computeIfAbsent(entry.inode(), unused -> new ArrayList<>())
                        .add(entry);
            }
        }
        for (var entry : entries) {
            if (entry.inode() instanceof Inode.RegularFile file
                    && entry.plainName().isPresent()
                    && !replaced.containsKey(file)) {
                var links = places.get(file);
                if (links != null && links.stream().allMatch(this::canBeRenamed)) {
                    var plain = plain(file.content());
                    if (plain.isPresent()) {
                        replaced.put(file, new Inode.RegularFile(file.attributes(), plain.get()));
                        links.forEach(this::rename);
                        before += file.content().size();
                        after += plain.get().size();
                    }
                }
            }
        }
    }

    private boolean canBeRenamed(Entry entry) {
        var name = entry.plainName();
        return name.isPresent()
                && entry.folder().child(name.get()) == null
                && !renamed.getOrDefault(entry.folder(), Map.of()).containsValue(name.get());
    }

    private void rename(Entry entry) {
        renamed.computeIfAbsent(entry.folder(), unused -> new HashMap<>())
                .put(entry.name(), entry.plainName().orElseThrow());
        renamedPaths.add(entry.text());
    }

    private Optional<Content> plain(Content content) throws IOException {
        if (content.size() <= SMALL) {
            var plain = results.get(UNPACK, content.readAll(), Decompression::unpack);
            if (plain.length > 0) {
                budget.spendBytes(plain.length, "file", 0);
                return Optional.of(spool.add(new ByteArrayInputStream(plain), plain.length));
            }
        }
        try (var in = Decompressor.open(content.open(), budget)) {
            return in.isCompressed() ? spool.addAll(in, MAX_FILE) : Optional.empty();
        } catch (MalformedFormatException e) {
            // Whatever it is, the package has it like that.
            return Optional.empty();
        }
    }

    /** {@return what is packed in a file; nothing if there is none, it is broken, or too much to be remembered} */
    private static byte[] unpack(byte[] packed) throws IOException {
        var budget = UnpackBudget.forSlot(ByteCount.ZERO);
        try (var in = Decompressor.open(new ByteArrayInputStream(packed), budget)) {
            var plain = in.isCompressed() ? in.readNBytes(MAX_REMEMBERED + 1) : new byte[0];
            return plain.length > MAX_REMEMBERED ? new byte[0] : plain;
        } catch (MalformedFormatException e) {
            return new byte[0];
        }
    }

    /** A link to a page of a manual has the ending of the page. */
    private void renameLinks() {
        for (var entry : entries) {
            if (entry.inode() instanceof Inode.Symlink && canBeRenamed(entry)) {
                var path = new ArrayList<>(entry.path());
                path.add(entry.name());
                if (tree.follow(path).filter(replaced::containsKey).isPresent()) {
                    rename(entry);
                }
            }
        }
    }

    private void apply() {
        // All are found before the first is changed: links lead over links.
        var changed = new HashMap<Entry, Inode>();
        for (var entry : entries) {
            switch (entry.inode()) {
                case Inode.RegularFile file -> {
                    if (replaced.containsKey(file)) {
                        changed.put(entry, replaced.get(file));
                    }
                }
                case Inode.Symlink link -> {
                    var target = newTarget(entry, link);
                    if (!target.equals(link.target()) || isRenamed(entry.folder(), entry.name())) {
                        changed.put(entry, new Inode.Symlink(link.attributes(), target));
                    }
                }
                case Inode.Directory unused -> {}
                case Inode.Special unused -> {}
            }
        }
        changed.forEach((entry, inode) -> {
            var name = renamed.getOrDefault(entry.folder(), Map.of()).getOrDefault(entry.name(), entry.name());
            entry.folder().remove(entry.name());
            entry.folder().put(name, inode);
        });
    }

    private boolean isRenamed(Inode.Directory folder, Name name) {
        return renamed.getOrDefault(folder, Map.of()).containsKey(name);
    }

    private Name newTarget(Entry entry, Inode.Symlink link) {
        var step = tree.step(entry.path(), link.target()).orElse(null);
        if (step == null || !isRenamed(step.folder(), step.name())) {
            return link.target();
        }
        var newName = renamed.getOrDefault(step.folder(), Map.of()).getOrDefault(step.name(), step.name());
        var target = link.target().bytes();
        // The target ends in the old name, and that begins with the new one.
        return Name.of(Arrays.copyOf(target, target.length - step.name().length() + newName.length()));
    }

    private void writeIndexes() throws IOException {
        if (!(tree.find(MODULES).orElse(null) instanceof Inode.Directory releases)) {
            return;
        }
        for (var release : releases.children()) {
            var folder = MODULES + "/" + release.getKey() + "/";
            if (release.getValue() instanceof Inode.Directory directory
                    && renamedPaths.stream().anyMatch(path -> path.startsWith(folder))) {
                rewrite(directory, folder, "modules.order");
                var dependencies = rewrite(directory, folder, "modules.dep");
                var bin = Name.of("modules.dep.bin");
                if (!dependencies.isEmpty() && directory.child(bin) instanceof Inode.RegularFile old) {
                    directory.put(
                            bin, new Inode.RegularFile(old.attributes(), Content.of(ModuleIndex.write(dependencies))));
                }
            }
        }
    }

    /** {@return the lines of a file of paths, after each renamed one has its new name} */
    private List<String> rewrite(Inode.Directory directory, String folder, String name) throws IOException {
        if (!(directory.child(Name.of(name)) instanceof Inode.RegularFile old)) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        for (var line : new String(old.content().readAll(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            var words = new ArrayList<String>();
            for (var word : line.split(" ", -1)) {
                var path = word.endsWith(":") ? word.substring(0, word.length() - 1) : word;
                words.add(
                        renamedPaths.contains(folder + path)
                                ? path.substring(0, path.lastIndexOf('.')) + word.substring(path.length())
                                : word);
            }
            lines.add(String.join(" ", words));
        }
        var text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        directory.put(Name.of(name), new Inode.RegularFile(old.attributes(), Content.of(text)));
        return lines;
    }
}
