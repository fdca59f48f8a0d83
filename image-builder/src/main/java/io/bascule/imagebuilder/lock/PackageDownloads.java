package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.imagebuilder.source.MirrorFile;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.ForeignText;
import io.bascule.signing.Sha256Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Gets locked packages into the store: what is there is not asked for, and what cannot be had is named, all of it at once. */
public final class PackageDownloads {
    private static final int AT_ONCE = 4;
    private static final int ATTEMPTS = 3;
    private static final int BUFFER = 1 << 16;

    private final PackageStore store;
    private final AptMirrors mirrors;
    private final Consumer<String> progress;
    private final MirrorFile mirrorFile;
    private final Map<URI, String> unreachable = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    /** Where mirrors come from; asked only if a package is missing, because a machine without a network may know none. */
    public interface Mirrors {
        AptMirrors get() throws BuildException, IOException, InterruptedException;
    }

    private PackageDownloads(PackageStore store, AptMirrors mirrors, MirrorFile mirrorFile, Consumer<String> progress) {
        this.store = store;
        this.mirrors = mirrors;
        this.mirrorFile = mirrorFile;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param files the packages' files in the store, in the order of the packages
     * @param downloaded how many of them were not there before
     */
    public record Result(List<Path> files, int downloaded) {
        public Result {
            files = List.copyOf(files);
        }
    }

    /**
     * Gets the packages of {@code lock} into {@code store}; each is what its hash says.
     *
     * @param progress is told what is being done
     * @throws BuildException naming each package that cannot be had, and why
     */
    public static Result fetch(Lock lock, PackageStore store, Mirrors mirrors, Consumer<String> progress)
            throws BuildException, IOException, InterruptedException {
        progress.accept("comparing packages in the cache");
        var missing = new ArrayList<LockedPackage>();
        for (var item : lock.packages()) {
            if (store.find(item.sha256()).isEmpty()) {
                missing.add(item);
            }
        }
        if (!missing.isEmpty()) {
            var from = mirrors.get();
            try (var mirrorFile = new MirrorFile()) {
                var refusals = new PackageDownloads(store, from, mirrorFile, progress).download(missing);
                if (!refusals.isEmpty()) {
                    throw MissingPackages.explain(refusals, lock, from, mirrorFile);
                }
            }
        }
        var files = new ArrayList<Path>();
        for (var item : lock.packages()) {
            files.add(store.file(item.sha256()));
        }
        return new Result(files, missing.size());
    }

    private List<MissingPackages.Refusal> download(List<LockedPackage> missing)
            throws IOException, InterruptedException {
        var refusals = new ArrayList<MissingPackages.Refusal>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var running = new ArrayList<Future<Optional<MissingPackages.Refusal>>>();
            missing.forEach(item -> running.add(threads.submit(() -> download(item))));
            try {
                for (var one : running) {
                    one.get().ifPresent(refusals::add);
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
        return refusals;
    }

    private Optional<MissingPackages.Refusal> download(LockedPackage item) throws IOException, InterruptedException {
        var mirror = item.archive() == LockedPackage.Archive.MAIN ? Optional.of(mirrors.main()) : mirrors.security();
        if (mirror.isEmpty()) {
            return Optional.of(new MissingPackages.Refusal(
                    item, MissingPackages.Reason.UNREACHABLE, "no mirror of Debian's security fixes is known"));
        }
        for (var attempt = 1; ; attempt++) {
            var known = unreachable.get(mirror.get());
            if (known != null) {
                return Optional.of(new MissingPackages.Refusal(item, MissingPackages.Reason.UNREACHABLE, known));
            }
            var file = store.newFile();
            try {
                return attempt(item, mirror.get(), file);
            } catch (FileNotFoundException e) {
                return Optional.of(
                        new MissingPackages.Refusal(item, MissingPackages.Reason.GONE, "the mirror does not have it"));
            } catch (MirrorException e) {
                var says = mirror.get() + " does not answer: " + e.getMessage();
                if (e.isFinal()) {
                    // The next package would only wait for the same.
                    unreachable.put(mirror.get(), says);
                }
                if (attempt >= ATTEMPTS) {
                    return Optional.of(new MissingPackages.Refusal(item, MissingPackages.Reason.UNREACHABLE, says));
                }
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }

    private Optional<MissingPackages.Refusal> attempt(LockedPackage item, URI mirror, Path file)
            throws IOException, InterruptedException {
        var digest = Sha256Digest.newMessageDigest();
        var size = 0L;
        try (var out = Files.newOutputStream(file);
                var in = new DigestInputStream(open(item, mirror), digest)) {
            var buffer = new byte[BUFFER];
            for (int count; (count = read(in, buffer)) > 0 && size <= item.size(); size += count) {
                out.write(buffer, 0, count);
                progress.accept("downloading packages: " + new ByteCount(bytes.addAndGet(count)));
            }
        }
        var found = Sha256Digest.soFar(digest);
        if (size != item.size() || !found.equals(item.sha256())) {
            return Optional.of(new MissingPackages.Refusal(
                    item,
                    MissingPackages.Reason.OTHER_BYTES,
                    size > item.size()
                            ? "the mirror has a file of more than the locked " + item.size() + " bytes"
                            : size < item.size()
                                    ? "the mirror has a file of " + size + " bytes, locked are " + item.size()
                                    : "the mirror has other bytes: SHA-256 " + found));
        }
        store.publish(file, item.sha256());
        return Optional.empty();
    }

    /** Tells what the mirror fails at from what our own disk does. */
    private InputStream open(LockedPackage item, URI mirror) throws IOException, InterruptedException {
        try {
            return mirrorFile.open(mirror, item.file());
        } catch (FileNotFoundException e) {
            throw e;
        } catch (IOException e) {
            throw new MirrorException(e);
        }
    }

    private static int read(InputStream in, byte[] buffer) throws MirrorException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new MirrorException(e);
        }
    }

    private static final class MirrorException extends IOException {
        MirrorException(IOException cause) {
            super(ForeignText.printable(
                    cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()));
            initCause(cause);
        }

        /** {@return whether it makes no sense to try again} */
        boolean isFinal() {
            var cause = getCause();
            return cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof HttpConnectTimeoutException;
        }
    }
}
