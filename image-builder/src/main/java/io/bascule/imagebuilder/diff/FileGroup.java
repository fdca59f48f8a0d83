package io.bascule.imagebuilder.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A change as people are shown it: a folder that came or went with everything in it is one.
 *
 * @param top the file, or the folder
 * @param files how many entries there are below the folder
 * @param growth in bytes, of all
 */
record FileGroup(FileChange top, int files, long growth) {
    /** {@return the changes of {@code diff}, those that move most bytes first} */
    static List<FileGroup> of(ImageDiff diff) {
        var groups = new ArrayList<FileGroup>();
        var all = diff.files();
        for (var i = 0; i < all.size(); ) {
            var top = all.get(i++);
            var growth = top.growth();
            var below = 0;
            // What is in a folder stands right behind it.
            while (top.kind() != ChangeKind.CHANGED
                    && top.state().type() == FileState.Type.DIRECTORY
                    && i < all.size()
                    && all.get(i).kind() == top.kind()
                    && all.get(i).path().startsWith(top.path() + "/")) {
                growth += all.get(i++).growth();
                below++;
            }
            groups.add(new FileGroup(top, below, growth));
        }
        groups.sort(Comparator.comparingLong((FileGroup group) -> -Math.abs(group.growth()))
                .thenComparing(group -> group.top().path()));
        return List.copyOf(groups);
    }

    /** {@return what is different, in words} */
    String details() {
        if (top.kind() != ChangeKind.CHANGED) {
            return files > 0 ? "folder with " + Amounts.count(files, "entry", "entries") : kindOf(top.state());
        }
        var before = top.before().orElseThrow();
        var after = top.after().orElseThrow();
        var words = new ArrayList<String>();
        for (var aspect : top.orderedAspects()) {
            words.add(
                    switch (aspect) {
                        case NAME -> "renamed";
                        case TYPE ->
                            before.type().text() + " -> " + after.type().text();
                        case CONTENT -> before.size() == after.size() ? "content, same size" : "content";
                        case MODE -> "mode " + before.mode() + " -> " + after.mode();
                        case OWNER ->
                            "owner " + before.uid() + ":" + before.gid() + " -> " + after.uid() + ":" + after.gid();
                        case TARGET -> before.target() + " -> " + after.target();
                        case XATTRS -> "extended attributes";
                    });
        }
        return String.join(", ", words);
    }

    private static String kindOf(FileState state) {
        return switch (state.type()) {
            case FILE -> "";
            case SYMLINK -> "-> " + state.target();
            case DIRECTORY -> "empty folder";
            default -> (state.type().text() + " " + state.target()).strip();
        };
    }
}
