package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.image.UserIds;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.lock.LockChanges;
import io.bascule.imagebuilder.lock.LockReader;
import io.bascule.imagebuilder.lock.LockWriter;
import io.bascule.imagebuilder.lock.LockedIds;
import io.bascule.imagebuilder.lock.RuntimeDigest;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.imagebuilder.source.PackageOrder;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Finds out what a board is made of today, and writes it down. */
public final class BoardLock {
    private BoardLock() {}

    /**
     * What came of it.
     *
     * @param lock the new one
     * @param earlier whether there was one before
     * @param changes what it says otherwise; nothing if there was none
     * @param file where it is, or would be
     */
    public record Result(Lock lock, boolean earlier, LockChanges changes, Path file) {}

    /**
     * Locks what {@code request} says. Packages are really installed, because only their scripts tell which users they make.
     *
     * @throws BuildException if a source cannot be had, or numbers would change that may not; the earlier lock is left alone then
     */
    public static Result run(LockRequest request, BuildListener listener) throws BuildException, InterruptedException {
        try {
            listener.step("board");
            var board = BoardReader.read(request.board());
            var earlier = earlier(request, board);
            var previous = PreviousImages.describe(request.previous());
            listener.result(board.name() + (earlier.isPresent() ? ", locked before by " + request.output() : ""));

            listener.step("runtime");
            listener.doing("linking the engine's Java runtime");
            var runtime = EngineRuntime.in(request.cache());
            var java = new Lock.JavaRuntime(Runtime.version().toString(), RuntimeDigest.of(runtime));
            listener.result("Java " + java.java() + " in " + runtime);

            listener.step("packages");
            var kept = new BuildCache(request.cache(), false);
            Lock lock;
            // In the cache, so that packages need not be copied to get there.
            try (var staging = TemporaryFolder.in(request.cache(), "lock");
                    var spool = Spool.in(staging.path())) {
                var rules = new SourcesToLock(board, order(request, board, staging.path()), kept.packages());
                var inputs = new SourceStack.Inputs(kept, Optional.empty(), request.buildTime());
                var tree = new SourceStack(board, rules, inputs, spool, listener).read();
                var ids = UserIds.read(tree);
                lock = new Lock(
                        board.name(),
                        java,
                        board.debian().map(Board.Debian::suite),
                        rules.lockedPackages(),
                        rules.lockedSources(),
                        ids.userNumbers(),
                        ids.groupNumbers(),
                        request.trusted().map(text -> Sha256Digest.ofContent(text.getBytes(StandardCharsets.UTF_8))),
                        previous);
            }

            listener.step("lock");
            if (earlier.isPresent() && !request.allowIdChanges()) {
                LockedIds.refuseChanges(earlier.get(), lock);
            }
            if (request.write()) {
                write(LockWriter.write(lock), request.output());
            }
            listener.result(lock.packages().size() + " packages, "
                    + lock.users().size() + " users, " + lock.groups().size() + " groups");
            return new Result(lock, earlier.isPresent(), LockChanges.between(earlier, lock), request.output());
        } catch (IOException e) {
            throw BuildException.ofIo(
                    e, request.cache() + " needs about 1 GiB", "free some space, or choose another --cache");
        }
    }

    private static Optional<Lock> earlier(LockRequest request, Board board) throws BuildException, IOException {
        if (!Files.exists(request.output())) {
            return Optional.empty();
        }
        var lock = LockReader.read(request.output());
        if (!lock.board().equals(board.name())) {
            throw BuildException.badInput(
                    request.output() + " is the lock of another board, '" + lock.board() + "'",
                    "choose another --out, or delete it if the board has a new name");
        }
        return Optional.of(lock);
    }

    private static Optional<PackageOrder> order(LockRequest request, Board board, Path staging)
            throws BuildException, IOException, InterruptedException {
        if (board.debian().isEmpty()) {
            if (request.mirrors().isPresent()) {
                throw BuildException.badInput(
                        "the board has no Debian packages among its sources, so there is no use for a mirror",
                        "leave out --mirror");
            }
            return Optional.empty();
        }
        var mirrors = request.mirrors().isPresent() ? request.mirrors().get() : AptMirrors.ofThisMachine();
        return Optional.of(
                PackageOrder.ofToday(board, mirrors, request.keyring()).keeping(staging));
    }

    /** Under its name the lock is whole. */
    private static void write(String text, Path file) throws IOException {
        var folder = Files.createDirectories(file.toAbsolutePath().getParent());
        var partial = Files.createTempFile(folder, "." + file.getFileName(), ".partial");
        try {
            Files.writeString(partial, text);
            Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-r--r--"));
            try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
