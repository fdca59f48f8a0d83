package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.image.ImageTree;
import io.bascule.imagebuilder.initrd.InitrdBuilder;
import io.bascule.imagebuilder.initrd.InitrdFrames;
import io.bascule.partitionlayout.ByteCount;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The initrd of an image. It is compressed by one thread, which takes about as long as all others take for {@code /usr}. */
final class PackedInitrd {
    private static final int FAST_LEVEL = 5;

    private final ByteCount unpacked;
    private final FutureTask<byte[]> packed;

    private PackedInitrd(ByteCount unpacked, FutureTask<byte[]> packed) {
        this.unpacked = unpacked;
        this.packed = packed;
    }

    /** Takes what belongs into it from the tree, and begins to compress it. */
    static PackedInitrd begin(ImageTree tree, Board board, ResultCache results) throws BuildException, IOException {
        var archives = InitrdBuilder.toCpio(
                InitrdBuilder.build(tree.whole(), tree.kernel().release(), board.initrdModules()));
        var chosen = board.compression();
        var inAHurry = chosen.codec() == Board.Codec.ZSTD && chosen.level() <= FAST_LEVEL;
        var task = new FutureTask<>(
                () -> InitrdFrames.pack(archives, inAHurry ? InitrdFrames.FAST : InitrdFrames.USUAL, results));
        // It holds up nobody who fails in the meantime.
        Thread.ofPlatform().daemon().name("initrd").start(task);
        var size = archives.stream().mapToLong(archive -> archive.length).sum();
        return new PackedInitrd(new ByteCount(size), task);
    }

    ByteCount unpackedSize() {
        return unpacked;
    }

    /** {@return its bytes, as soon as they are there} */
    byte[] await() throws IOException {
        try {
            return packed.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while the initrd was compressed").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
