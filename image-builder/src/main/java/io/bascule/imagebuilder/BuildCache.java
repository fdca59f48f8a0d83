package io.bascule.imagebuilder;

import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.lock.PackageStore;
import io.bascule.imagebuilder.source.PackageTrees;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What builds keep for later ones in the cache folder, besides the engine's runtime.
 *
 * @param folder which may not be there yet
 * @param fresh whether nothing of earlier builds is used
 */
record BuildCache(Path folder, boolean fresh) {
    /** What everything together may take, in bytes: some ten trees and what was made of them. */
    static final long LIMIT = 8L << 30;

    private static final String RESULTS = "results";
    private static final String TREES = "trees";
    private static final String PACKAGES = "packages";

    /** {@return results of compressing and decompressing} */
    ResultCache results() {
        var results = folder.resolve(RESULTS);
        return fresh ? ResultCache.refreshing(results) : ResultCache.in(results);
    }

    /** {@return installed packages} */
    PackageTrees trees() {
        return new PackageTrees(folder.resolve(TREES), !fresh);
    }

    /** {@return Debian packages of locks} */
    PackageStore packages() {
        return new PackageStore(folder.resolve(PACKAGES));
    }

    /** Deletes what was used least recently, if there is too much. A cache that cannot be cleared is no reason to fail. */
    void prune() {
        try {
            prune(LIMIT);
        } catch (IOException e) {
            // The next build tries again.
        }
    }

    /** Deletes what was used least recently, until everything together takes at most {@code limit} bytes. */
    void prune(long limit) throws IOException {
        record Kept(Path file, long size, FileTime used) {}
        var files = new ArrayList<Kept>();
        for (var name : List.of(RESULTS, TREES, PACKAGES)) {
            if (!Files.isDirectory(folder.resolve(name))) {
                continue;
            }
            Files.walkFileTree(folder.resolve(name), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(new Kept(file, attributes.size(), attributes.lastModifiedTime()));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    // Another build prunes, too.
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        files.sort(Comparator.comparing(Kept::used));
        var size = files.stream().mapToLong(Kept::size).sum();
        for (var kept : files) {
            if (size <= limit) {
                break;
            }
            Files.deleteIfExists(kept.file());
            size -= kept.size();
        }
    }
}
