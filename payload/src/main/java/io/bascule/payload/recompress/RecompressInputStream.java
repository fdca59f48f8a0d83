package io.bascule.payload.recompress;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.payload.bsdiff.BsdiffInputStream;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;

/**
 * New blocks, made from old ones by a RECOMPRESS operation's blob while they are read: the old pieces are decompressed, the
 * patch is applied, the new pieces are compressed again, on all processors. Needs memory for what the old pieces hold, 16 MiB at
 * most, and for new pieces of 2 MiB, or one of at most 8 MiB. At the end the hash of all that was read is compared.
 */
public final class RecompressInputStream extends InputStream {
    /** What pieces hold that are compressed at a time, in bytes, unless one alone holds more. */
    private static final long AHEAD = 2 << 20;

    private final RecompressBlob blob;
    private final BsdiffInputStream contents;
    private final Iterator<Piece> pieces;
    private final Deque<Future<Made>> ahead = new ArrayDeque<>();
    private final MessageDigest digest = Sha256Digest.newMessageDigest();
    private Made made = new Made(new byte[0], 0);
    private int at;
    private boolean finished;

    /** A piece as it is stored: the first {@code length} of these bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Made(byte[] bytes, int length) {}

    /**
     * Decompresses the old pieces.
     *
     * @param blob all of it
     * @param source exactly the operation's old blocks; it is not used any more afterwards
     * @throws MalformedFormatException if the blob is none, does not fit the source, or was made for a compressor that is not
     *     here; later reads throw it, too
     */
    public RecompressInputStream(byte[] blob, BlockDevice source) throws IOException {
        this.blob = RecompressBlob.decode(blob);
        this.contents = new BsdiffInputStream(this.blob.patch(), new MemoryBlockDevice(expanded(source)));
        this.pieces = this.blob.target().iterator();
    }

    private byte[] expanded(BlockDevice source) throws IOException {
        var stored = blob.source().stream().mapToLong(Piece::stored).sum();
        if (stored != source.size().bytes()) {
            throw malformed(
                    "source",
                    "its pieces take " + stored + " bytes, the old blocks have "
                            + source.size().bytes());
        }
        var bytes = new byte[blob.source().stream().mapToInt(Piece::content).sum()];
        var from = 0L;
        var to = 0;
        for (var piece : blob.source()) {
            switch (piece) {
                case Piece.Plain plain -> source.read(from, ByteBuffer.wrap(bytes, to, plain.length()));
                case Piece.Frame frame -> {
                    var compressed = new byte[frame.stored()];
                    source.read(from, ByteBuffer.wrap(compressed));
                    if (!FrameDecoder.decode(compressed, frame, bytes, to)) {
                        throw malformed("source", "no frame of " + frame.content() + " bytes at byte " + from);
                    }
                }
            }
            from += piece.stored();
            to += piece.content();
        }
        return bytes;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (at == made.length()) {
            if (ahead.isEmpty()) {
                begin();
            }
            if (ahead.isEmpty()) {
                finish();
                return -1;
            }
            made = await(ahead.remove());
            at = 0;
        }
        var count = Math.min(length, made.length() - at);
        System.arraycopy(made.bytes(), at, into, offset, count);
        digest.update(made.bytes(), at, count);
        at += count;
        return count;
    }

    /** Begins as many of the next pieces as fit the memory for it, one at least. */
    private void begin() throws IOException {
        for (var size = 0L; pieces.hasNext() && size < AHEAD; ) {
            var piece = pieces.next();
            var content = contents.readNBytes(piece.content());
            if (content.length < piece.content()) {
                throw malformed("patch", "it makes less than the new pieces hold");
            }
            size += content.length;
            ahead.add(
                    switch (piece) {
                        case Piece.Plain plain -> CompletableFuture.completedFuture(new Made(content, plain.length()));
                        case Piece.Frame frame -> ForkJoinPool.commonPool().submit(() -> make(frame, content));
                    });
        }
    }

    private Made make(Piece.Frame frame, byte[] content) throws MalformedFormatException {
        var bytes = new byte[Math.max(frame.stored(), FrameEncoder.bound(content.length))];
        var length = blob.encoder().encode(content, 0, content.length, bytes);
        if (length != frame.length()) {
            throw malformed(
                    "target", "compressed again, a piece has " + length + " bytes in place of " + frame.length());
        }
        System.arraycopy(bytes, 0, bytes, frame.padding(), length);
        Arrays.fill(bytes, 0, frame.padding(), (byte) 0);
        return new Made(bytes, frame.stored());
    }

    private static Made await(Future<Made> piece) throws IOException {
        try {
            return piece.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a piece was compressed").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MalformedFormatException malformed) {
                throw malformed;
            }
            throw new IOException("a piece could not be compressed: " + e.getCause(), e);
        }
    }

    private void finish() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        // Going on to its end also makes it compare its checksums.
        if (contents.read() >= 0) {
            throw malformed("patch", "it makes more than the new pieces hold");
        }
        var found = Sha256Digest.of(digest.digest());
        if (!found.equals(blob.hash())) {
            throw malformed("hash", "the new blocks have SHA-256 " + found + ", not " + blob.hash());
        }
    }

    private static MalformedFormatException malformed(String field, String problem) {
        return new MalformedFormatException(RecompressFormat.NAME, field, 0, problem);
    }
}
