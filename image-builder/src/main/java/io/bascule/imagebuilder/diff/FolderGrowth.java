package io.bascule.imagebuilder.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Bytes of a folder in the second level below {@code /usr}, or of the files right in one of the first.
 *
 * @param path visible
 */
record FolderGrowth(String path, long before, long after) {
    long growth() {
        return after - before;
    }

    /** {@return folders whose size changed, the largest changes first} */
    static List<FolderGrowth> changed(SizeNode usr) {
        return of(usr).stream().filter(folder -> folder.growth() != 0).toList();
    }

    /** {@return all folders, the largest changes first, then the largest} */
    static List<FolderGrowth> of(SizeNode usr) {
        var folders = new ArrayList<FolderGrowth>();
        for (var first : usr.children()) {
            var restBefore = first.before();
            var restAfter = first.after();
            for (var second : first.children()) {
                if (second.folder()) {
                    restBefore -= second.before();
                    restAfter -= second.after();
                    folders.add(new FolderGrowth(
                            "/usr/" + first.name() + "/" + second.name(), second.before(), second.after()));
                }
            }
            folders.add(new FolderGrowth("/usr/" + first.name() + (first.folder() ? "/*" : ""), restBefore, restAfter));
        }
        folders.removeIf(folder -> folder.before() == 0 && folder.after() == 0);
        folders.sort(Comparator.comparingLong((FolderGrowth folder) -> -Math.abs(folder.growth()))
                .thenComparingLong(folder -> -folder.after())
                .thenComparing(FolderGrowth::path));
        return List.copyOf(folders);
    }
}
