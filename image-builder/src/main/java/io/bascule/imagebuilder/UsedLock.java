package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.image.UserIds;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.lock.LockFit;
import io.bascule.imagebuilder.lock.LockReader;
import io.bascule.imagebuilder.lock.LockedIds;
import io.bascule.imagebuilder.lock.RuntimeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The lock that a build keeps to.
 *
 * @param lock what it says
 * @param file where it lies
 * @param sha256 of the file
 */
record UsedLock(Lock lock, Path file, String sha256) {

    /**
     * Reads a lock, and compares it with the board and the keys that a build was given.
     *
     * @throws BuildException if it cannot be read, or does not fit
     */
    static UsedLock open(Path file, BuildRequest request, Board board) throws BuildException, IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    "there is no lock " + file,
                    "`bascule lock " + request.board() + "` writes one",
                    e);
        }
        var lock = LockReader.parse(file, bytes);
        LockFit.checkBoard(lock, file.toString(), board);
        LockFit.checkKeyring(lock, file.toString(), request.signing().map(ReleaseSigning::keyringJson));
        return new UsedLock(lock, file, Digests.sha256Hex(bytes));
    }

    void checkPrevious(List<Lock.Image> previous) throws BuildException {
        LockFit.checkPrevious(lock, file.toString(), previous);
    }

    /** {@return the engine's runtime in {@code cache}}; it is not made anew, because it would be another one */
    Path runtime(Path cache) throws BuildException, IOException {
        var folder = EngineRuntime.folderIn(cache);
        LockFit.checkJava(lock, file.toString(), Runtime.version().toString());
        if (!Files.isDirectory(folder)) {
            throw BuildException.badInput(
                    file + " names the engine's Java runtime by its hash, and there is none in " + folder,
                    "each jlink run makes other bytes: copy the folder of that name from the cache of the machine that"
                            + " locked, or `bascule lock` again");
        }
        LockFit.checkRuntime(lock, file.toString(), RuntimeDigest.of(folder), folder.toString());
        return folder;
    }

    void checkIds(UserIds ids) throws BuildException {
        LockedIds.check(ids.userNumbers(), ids.groupNumbers(), lock);
    }
}
