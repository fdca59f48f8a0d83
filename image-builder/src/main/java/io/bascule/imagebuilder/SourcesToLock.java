package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.lock.InstalledPackages;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.lock.LockedPackage;
import io.bascule.imagebuilder.lock.PackageStore;
import io.bascule.imagebuilder.source.PackageOrder;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes every source as it is found, and remembers what that was. Packages go into the store, for builds with the lock. */
final class SourcesToLock implements SourceRules {
    private final Board board;
    private final Optional<PackageOrder> order;
    private final PackageStore store;
    private final Map<Source, Sha256Digest> digests = new HashMap<>();
    private final List<LockedPackage> packages = new ArrayList<>();

    /** @param order of the packages, if they are among the sources; kept in a folder on the file system of {@code store} */
    SourcesToLock(Board board, Optional<PackageOrder> order, PackageStore store) {
        this.board = board;
        this.order = order;
        this.store = store;
    }

    @Override
    public PackageOrder packages() throws IOException {
        Files.createDirectories(order.orElseThrow().archives());
        Files.createDirectories(order.get().lists());
        return order.get();
    }

    /** They have to be installed, to be known. */
    @Override
    public Optional<String> identity(Instant buildTime) {
        return Optional.empty();
    }

    @Override
    public String installed(FileTree tree) throws BuildException, IOException {
        packages.addAll(InstalledPackages.lock(
                InstalledPackage.readStatus(tree, InstalledPackage.STATUS),
                order.orElseThrow().archives(),
                order.get().lists(),
                board.debian().orElseThrow().suite(),
                store));
        return order.get().warning();
    }

    @Override
    public Optional<Sha256Digest> pinned(Source.Registry source) {
        return Optional.empty();
    }

    @Override
    public void archive(Source.Tar source) throws IOException {
        digests.put(source, Sha256Digest.ofFile(source.file()));
    }

    @Override
    public void archive(Source.OciArchive source) throws IOException {
        digests.put(source, Sha256Digest.ofFile(source.file()));
    }

    @Override
    public void image(Source source, Sha256Digest digest) {
        // Archives are known as a whole.
        digests.putIfAbsent(source, digest);
    }

    /** {@return the packages that were installed} */
    List<LockedPackage> lockedPackages() {
        return packages;
    }

    /** {@return the sources, in the board's order} */
    List<Lock.LockedSource> lockedSources() {
        return board.sources().stream()
                .map(source -> new Lock.LockedSource(
                        Lock.LockedSource.nameOf(board, source), Optional.ofNullable(digests.get(source))))
                .toList();
    }
}
