package io.bascule.partitionlayout.fat;

import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds out what a byte of a volume belongs to. */
final class FatPlaces {
    private final FatReader reader;
    private final FatGeometry geometry;
    private final ClusterTable table;
    private final Set<Integer> directories = new HashSet<>();

    FatPlaces(FatReader reader, FatGeometry geometry, ClusterTable table) {
        this.reader = reader;
        this.geometry = geometry;
        this.table = table;
    }

    FatPlace find(long offset) throws IOException {
        var sector = geometry.bytesPerSector();
        if (offset < geometry.fatOffset(0)) {
            var number = offset / sector;
            var copy = geometry.type() == FatType.FAT32 && number == FatFormat.BACKUP_BOOT_SECTOR;
            return number == 0 || copy
                    ? new FatPlace(FatPlace.Area.BOOT_SECTOR, "", offset % sector)
                    : new FatPlace(FatPlace.Area.RESERVED, "", offset);
        }
        if (offset < geometry.rootDirectoryOffset()) {
            return new FatPlace(FatPlace.Area.TABLE, "", offset - geometry.fatOffset(0));
        }
        if (offset < geometry.clusterOffset(FatFormat.FIRST_CLUSTER)) {
            return new FatPlace(FatPlace.Area.DIRECTORY, "", offset - geometry.rootDirectoryOffset());
        }
        return below(reader.root(), "", offset).orElseGet(() -> new FatPlace(FatPlace.Area.FREE, "", offset));
    }

    private Optional<FatPlace> below(FatEntry entry, String path, long offset) throws IOException {
        var here = inChain(entry.firstCluster(), offset);
        if (here.isPresent()) {
            var area = entry.directory() ? FatPlace.Area.DIRECTORY : FatPlace.Area.FILE;
            return Optional.of(new FatPlace(area, path, here.get()));
        }
        if (!entry.directory()) {
            return Optional.empty();
        }
        if (!directories.add(entry.firstCluster())) {
            throw new MalformedFormatException("FAT directory", "cluster", 0, "'" + path + "' is its own ancestor");
        }
        for (var child : reader.list(entry)) {
            var found = below(child, path.isEmpty() ? child.name() : path + "/" + child.name(), offset);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** {@return how far behind the beginning of the chain {@code offset} is, if it is in one of its clusters} */
    private Optional<Long> inChain(int first, long offset) throws IOException {
        if (first == 0) {
            return Optional.empty();
        }
        // Throws if the chain has no end.
        table.chainLength(first);
        var before = 0L;
        for (var at = first; at != ClusterTable.END; at = table.next(at)) {
            var within = offset - geometry.clusterOffset(at);
            if (within >= 0 && within < geometry.clusterBytes()) {
                return Optional.of(before + within);
            }
            before += geometry.clusterBytes();
        }
        return Optional.empty();
    }
}
