package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.lock.InstalledPackages;
import io.bascule.imagebuilder.lock.LocalRepository;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.lock.PackageDownloads;
import io.bascule.imagebuilder.lock.PackageStore;
import io.bascule.imagebuilder.source.Mmdebstrap;
import io.bascule.imagebuilder.source.PackageOrder;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.signing.Sha256Digest;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes of every source exactly what a lock says. */
final class LockedSources implements SourceRules, Closeable {
    private final Lock lock;
    private final Board board;
    private final PackageStore store;
    private final PackageDownloads.Mirrors mirrors;
    private final BuildListener listener;
    private int downloaded;
    private Optional<LocalRepository> repository = Optional.empty();

    /** @param mirrors asked only if a package is not in {@code store} */
    LockedSources(
            Lock lock, Board board, PackageStore store, PackageDownloads.Mirrors mirrors, BuildListener listener) {
        this.lock = lock;
        this.board = board;
        this.store = store;
        this.mirrors = mirrors;
        this.listener = listener;
    }

    @Override
    public PackageOrder packages() throws BuildException, IOException, InterruptedException {
        var fetched = PackageDownloads.fetch(lock, store, mirrors, listener::doing);
        downloaded = fetched.downloaded();
        var local = LocalRepository.create(lock.suite().orElseThrow(), lock.packages(), fetched.files());
        repository = Optional.of(local);
        return PackageOrder.ofLock(board, local.mirrors());
    }

    @Override
    public Optional<String> identity(Instant buildTime) throws InterruptedException {
        var packages = lock.packages().stream()
                .map(item -> item.name() + " " + item.version() + " " + item.architecture() + " " + item.sha256() + " "
                        + item.priority())
                .collect(Collectors.joining("\n"));
        return Mmdebstrap.lockedIdentity(board, packages, buildTime.getEpochSecond());
    }

    @Override
    public String installed(FileTree tree) throws BuildException, IOException {
        InstalledPackages.check(InstalledPackage.readStatus(tree, InstalledPackage.STATUS), lock);
        return ", " + lock.packages().size() + " locked packages, "
                + (downloaded == 0 ? "all from the cache" : downloaded + " downloaded");
    }

    @Override
    public Optional<Sha256Digest> pinned(Source.Registry source) {
        return locked(source);
    }

    @Override
    public void archive(Source.Tar source) throws BuildException, IOException {
        check(source, Sha256Digest.ofFile(source.file()));
    }

    @Override
    public void archive(Source.OciArchive source) throws BuildException, IOException {
        check(source, Sha256Digest.ofFile(source.file()));
    }

    @Override
    public void image(Source source, Sha256Digest digest) throws BuildException {
        // Archives have been checked as a whole.
        if (!(source instanceof Source.OciArchive)) {
            check(source, digest);
        }
    }

    private void check(Source source, Sha256Digest found) throws BuildException {
        var wanted = locked(source);
        if (!wanted.equals(Optional.of(found))) {
            throw BuildException.badInput(
                    source.describe() + " is not what the lock says: its SHA-256 is " + found + ", locked is "
                            + wanted.map(Sha256Digest::toString).orElse("none"),
                    "bring the locked one back, or `bascule lock` again");
        }
    }

    private Optional<Sha256Digest> locked(Source source) {
        var name = Lock.LockedSource.nameOf(board, source);
        return lock.sources().stream()
                .filter(item -> item.name().equals(name))
                .findFirst()
                .flatMap(Lock.LockedSource::sha256);
    }

    @Override
    public void close() throws IOException {
        if (repository.isPresent()) {
            repository.get().close();
        }
    }
}
