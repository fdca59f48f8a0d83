package io.bascule.partitionlayout.fat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Gives every directory and file its clusters, one run each: the root first, then all directories, then all files, each
 * parent before its children and siblings by name.
 */
final class FatAllocation {
    /**
     * Free entries in every directory of a new volume. Firmware that renames a file for boot counting wants a whole set
     * of entries for the new name before it frees the old ones, an update adds files; neither should have to extend a
     * directory. Room for sixteen names of up to 39 characters.
     */
    private static final int SPARE_ENTRIES = 64;

    /**
     * A directory and its place.
     *
     * @param path empty for the root
     * @param parentCluster 0 if the parent is the root, as the format wants it
     */
    record PlacedDirectory(
            String path,
            FatNode.Directory node,
            SequencedMap<String, ShortName> shortNames,
            int firstCluster,
            int clusters,
            int parentCluster) {}

    /**
     * A file and its place.
     *
     * @param firstCluster 0 if it is empty
     */
    record PlacedFile(String path, FatContent content, int firstCluster, int clusters) {}

    private final FatGeometry geometry;
    private final List<PlacedDirectory> directories = new ArrayList<>();
    private final List<PlacedFile> files = new ArrayList<>();
    private final Map<FatNode, Integer> firstClusters = new HashMap<>();
    private long nextCluster = FatFormat.FIRST_CLUSTER;

    private FatAllocation(FatGeometry geometry) {
        this.geometry = geometry;
    }

    /** @throws IllegalArgumentException if the tree does not fit */
    static FatAllocation of(FatTree tree, FatGeometry geometry) {
        var allocation = new FatAllocation(geometry);
        allocation.placeDirectory("", tree.root(), 0);
        List.copyOf(allocation.directories).forEach(allocation::placeFiles);
        var used = allocation.nextCluster - FatFormat.FIRST_CLUSTER;
        if (used > geometry.clusterCount()) {
            var excess = (used - geometry.clusterCount()) * geometry.clusterBytes();
            throw new IllegalArgumentException("the files do not fit: they need " + used * geometry.clusterBytes()
                    + " bytes in clusters of " + geometry.clusterBytes() + ", " + excess + " more than the volume has");
        }
        return allocation;
    }

    List<PlacedDirectory> directories() {
        return directories;
    }

    List<PlacedFile> files() {
        return files;
    }

    /** {@return the first cluster of a node, 0 for an empty file} */
    int firstCluster(FatNode node) {
        return firstClusters.getOrDefault(node, 0);
    }

    /** {@return the cluster behind the last one in use} */
    int nextCluster() {
        return Math.toIntExact(nextCluster);
    }

    private void placeDirectory(String path, FatNode.Directory directory, int parentCluster) {
        var shortNames = ShortNames.of(directory.children.sequencedKeySet());
        // The root has its label, the others "." and "..".
        var entries = path.isEmpty() ? 1 : 2;
        for (var name : shortNames.entrySet()) {
            entries += DirectoryEncoder.entriesFor(name.getKey(), name.getValue());
        }
        if (entries > FatFormat.MAX_DIRECTORY_ENTRIES) {
            throw new IllegalArgumentException("the directory '" + path + "' needs " + entries + " entries, FAT allows "
                    + FatFormat.MAX_DIRECTORY_ENTRIES);
        }
        var withSpare = Math.min(entries + SPARE_ENTRIES, FatFormat.MAX_DIRECTORY_ENTRIES);
        var clusters = geometry.clustersFor((long) withSpare * FatFormat.ENTRY_SIZE);
        var first = take(directory, clusters);
        directories.add(
                new PlacedDirectory(path, directory, shortNames, first, Math.toIntExact(clusters), parentCluster));
        directory.children.forEach((name, child) -> {
            if (child instanceof FatNode.Directory subdirectory) {
                placeDirectory(join(path, name), subdirectory, path.isEmpty() ? 0 : first);
            }
        });
    }

    private void placeFiles(PlacedDirectory directory) {
        directory.node().children.forEach((name, child) -> {
            if (child instanceof FatNode.File file) {
                var clusters = geometry.clustersFor(file.content.size());
                files.add(new PlacedFile(
                        join(directory.path(), name),
                        file.content,
                        clusters == 0 ? 0 : take(file, clusters),
                        Math.toIntExact(clusters)));
            }
        });
    }

    /** Goes on counting behind the end of the volume, so that the message can tell how much is missing. */
    private int take(FatNode node, long clusters) {
        var first = (int) nextCluster;
        nextCluster += clusters;
        firstClusters.put(node, first);
        return first;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}
