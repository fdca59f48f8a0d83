package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.imagebuilder.tree.Name;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Goes down two trees side by side. */
final class TreeComparison {
    private static final int BUFFER = 1 << 16;
    private static final String ROOT = "/usr";
    private static final String MODULES = ROOT + "/lib/modules";

    private final ImageContents before;
    private final ImageContents after;
    private final BuildListener listener;
    private final List<FileChange> files = new ArrayList<>();
    private final ConfigTexts configuration = new ConfigTexts();
    private final Set<Inode> countedBefore = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Inode> countedAfter = Collections.newSetFromMap(new IdentityHashMap<>());
    private final byte[] left = new byte[BUFFER];
    private final byte[] right = new byte[BUFFER];
    private @Nullable SizeNode sizes;
    private long compared;

    TreeComparison(ImageContents before, ImageContents after, BuildListener listener) {
        this.before = before;
        this.after = after;
        this.listener = listener;
    }

    void run() throws IOException {
        sizes = compare("usr", ROOT, before.usr().root(), after.usr().root(), false);
    }

    List<FileChange> files() {
        return files;
    }

    List<ConfigChange> configuration() {
        return configuration.changes();
    }

    SizeNode sizes() {
        if (sizes == null) {
            throw new IllegalStateException("not run yet");
        }
        return sizes;
    }

    private SizeNode compare(String name, String path, @Nullable Inode old, @Nullable Inode now, boolean renamed)
            throws IOException {
        var contentChanged = note(path, old, now, renamed);
        if (!(old instanceof Inode.Directory) && !(now instanceof Inode.Directory)) {
            return new SizeNode(
                    name, size(old, countedBefore), size(now, countedAfter), contentChanged, false, List.of());
        }
        var children = children(path, old, now);
        // One of the two may be a file.
        var bytesBefore = size(old, countedBefore);
        var bytesAfter = size(now, countedAfter);
        var changed = contentChanged;
        for (var child : children) {
            bytesBefore += child.before();
            bytesAfter += child.after();
            changed |= child.changed();
        }
        return new SizeNode(name, bytesBefore, bytesAfter, changed, true, children);
    }

    private List<SizeNode> children(String path, @Nullable Inode old, @Nullable Inode now) throws IOException {
        var oldDirectory = old instanceof Inode.Directory directory ? directory : null;
        var newDirectory = now instanceof Inode.Directory directory ? directory : null;
        var names = new TreeSet<Name>();
        if (oldDirectory != null) {
            oldDirectory.children().forEach(child -> names.add(child.getKey()));
        }
        if (newDirectory != null) {
            newDirectory.children().forEach(child -> names.add(child.getKey()));
        }
        var oldKernel = Name.of(before.facts().kernelRelease());
        var newKernel = Name.of(after.facts().kernelRelease());
        // The modules of another kernel are compared with those of the one before, not with nothing.
        var pair = path.equals(MODULES)
                && !oldKernel.equals(newKernel)
                && oldDirectory != null
                && newDirectory != null
                && oldDirectory.child(oldKernel) instanceof Inode.Directory
                && oldDirectory.child(newKernel) == null
                && newDirectory.child(newKernel) instanceof Inode.Directory
                && newDirectory.child(oldKernel) == null;
        if (pair) {
            names.remove(oldKernel);
        }
        var children = new ArrayList<SizeNode>();
        for (var name : names) {
            var renamed = pair && name.equals(newKernel);
            var shown = VisibleText.of(name.bytes());
            children.add(compare(
                    shown,
                    path + "/" + shown,
                    oldDirectory == null ? null : oldDirectory.child(renamed ? oldKernel : name),
                    newDirectory == null ? null : newDirectory.child(name),
                    renamed));
        }
        return children;
    }

    private static long size(@Nullable Inode inode, Set<Inode> counted) {
        return inode instanceof Inode.RegularFile file && counted.add(file)
                ? file.content().size()
                : 0;
    }

    /** {@return whether contents differ} */
    private boolean note(String path, @Nullable Inode old, @Nullable Inode now, boolean renamed) throws IOException {
        var was = Optional.ofNullable(old).map(FileState::of);
        var is = Optional.ofNullable(now).map(FileState::of);
        if (old == null || now == null) {
            var kind = old == null ? ChangeKind.ADDED : ChangeKind.REMOVED;
            files.add(new FileChange(kind, path, Set.of(), was, is));
            configuration.add(kind, path, old, now);
            return true;
        }
        var aspects = aspects(old, now);
        if (renamed) {
            aspects.add(FileChange.Aspect.NAME);
        }
        if (!aspects.isEmpty()) {
            files.add(new FileChange(ChangeKind.CHANGED, path, aspects, was, is));
            configuration.add(ChangeKind.CHANGED, path, old, now);
        }
        return aspects.contains(FileChange.Aspect.CONTENT) || aspects.contains(FileChange.Aspect.TYPE);
    }

    private EnumSet<FileChange.Aspect> aspects(Inode old, Inode now) throws IOException {
        var aspects = EnumSet.noneOf(FileChange.Aspect.class);
        var was = FileState.of(old);
        var is = FileState.of(now);
        if (was.type() != is.type()) {
            aspects.add(FileChange.Aspect.TYPE);
        } else if (!was.target().equals(is.target())) {
            aspects.add(FileChange.Aspect.TARGET);
        }
        if (old instanceof Inode.RegularFile oldFile
                && now instanceof Inode.RegularFile newFile
                && !same(oldFile.content(), newFile.content())) {
            aspects.add(FileChange.Aspect.CONTENT);
        }
        if (was.permissions() != is.permissions()) {
            aspects.add(FileChange.Aspect.MODE);
        }
        if (was.uid() != is.uid() || was.gid() != is.gid()) {
            aspects.add(FileChange.Aspect.OWNER);
        }
        if (!sameXattrs(old.attributes(), now.attributes())) {
            aspects.add(FileChange.Aspect.XATTRS);
        }
        return aspects;
    }

    private static boolean sameXattrs(Attributes old, Attributes now) {
        return old.xattrs().keySet().equals(now.xattrs().keySet())
                && old.xattrs().entrySet().stream()
                        .allMatch(xattr ->
                                Arrays.equals(xattr.getValue(), now.xattrs().get(xattr.getKey())));
    }

    private boolean same(Content old, Content now) throws IOException {
        if (old.size() != now.size()) {
            return false;
        }
        compared += old.size();
        listener.doing("comparing files: " + new ByteCount(compared));
        try (var one = old.open();
                var other = now.open()) {
            while (true) {
                var count = one.readNBytes(left, 0, BUFFER);
                var otherCount = other.readNBytes(right, 0, BUFFER);
                if (!Arrays.equals(left, 0, count, right, 0, otherCount)) {
                    return false;
                }
                if (count < BUFFER) {
                    return true;
                }
            }
        }
    }
}
