package io.bascule.payload.recompress;

import io.bascule.payload.bsdiff.BsdiffWriter;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes the blob of a RECOMPRESS operation. Equal inputs give equal blobs. */
public final class RecompressWriter {
    /** What all pieces of a source may hold, in bytes. */
    public static final int MAX_SOURCE = RecompressFormat.MAX_SOURCE;

    /** What a piece may hold, and take, in bytes. */
    public static final int MAX_PIECE = RecompressFormat.MAX_PIECE;

    private final FrameEncoder encoder;
    private final List<Piece> source = new ArrayList<>();
    private final List<Piece> target = new ArrayList<>();
    private final ByteArrayOutputStream sourceContent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream targetContent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream targetBlocks = new ByteArrayOutputStream();

    public RecompressWriter(FrameEncoder encoder) {
        this.encoder = encoder;
    }

    /** {@return whether {@code encoder} makes exactly this: zeros, a frame that holds so many bytes, and zeros} */
    public static boolean makes(FrameEncoder encoder, byte[] stored, int content) {
        var writer = new RecompressWriter(encoder);
        writer.addTarget(stored, Optional.of(content));
        return writer.target.getFirst() instanceof Piece.Frame;
    }

    /**
     * Adds the next old piece.
     *
     * @param stored its bytes
     * @param content what it holds if it is zeros, a frame, and zeros; taken as it is if that is wrong
     */
    public void addSource(byte[] stored, Optional<Integer> content) {
        content.flatMap(size -> FrameDecoder.recognize(stored, size))
                .ifPresentOrElse(
                        frame -> addFrame(stored, frame, source, sourceContent, bytes -> true),
                        () -> addPlain(stored, 0, source, sourceContent));
    }

    /**
     * Adds the next new piece.
     *
     * @param stored its bytes
     * @param content what it holds if it is zeros, a frame, and zeros; taken as it is if that is wrong, or it was compressed in
     *     another way
     */
    public void addTarget(byte[] stored, Optional<Integer> content) {
        targetBlocks.writeBytes(stored);
        content.flatMap(size -> FrameDecoder.recognize(stored, size))
                .ifPresentOrElse(
                        frame -> addFrame(
                                stored, frame, target, targetContent, bytes -> canBeMadeAgain(frame, stored, bytes)),
                        () -> addPlain(stored, 0, target, targetContent));
    }

    private static void addFrame(
            byte[] stored,
            Piece.Frame frame,
            List<Piece> pieces,
            ByteArrayOutputStream contents,
            Predicate<byte[]> isOurs) {
        var bytes = new byte[frame.content()];
        if (!FrameDecoder.decode(stored, frame, bytes, 0) || !isOurs.test(bytes)) {
            addPlain(stored, 0, pieces, contents);
            return;
        }
        pieces.add(frame);
        contents.writeBytes(bytes);
        addPlain(stored, frame.stored(), pieces, contents);
    }

    /** @param from what is before is in another piece */
    private static void addPlain(byte[] stored, int from, List<Piece> pieces, ByteArrayOutputStream contents) {
        for (var at = from; at < stored.length; at += RecompressFormat.MAX_PIECE) {
            pieces.add(new Piece.Plain(Math.min(RecompressFormat.MAX_PIECE, stored.length - at)));
        }
        contents.write(stored, from, stored.length - from);
    }

    private boolean canBeMadeAgain(Piece.Frame frame, byte[] stored, byte[] content) {
        var encoded = new byte[FrameEncoder.bound(content.length)];
        var length = encoder.encode(content, 0, content.length, encoded);
        return Arrays.equals(encoded, 0, length, stored, frame.padding(), frame.stored());
    }

    /** {@return the blob; nothing if the pieces are more than readers take} */
    public Optional<byte[]> finish() throws IOException {
        if (source.size() > RecompressFormat.MAX_PIECES
                || target.size() > RecompressFormat.MAX_PIECES
                || sourceContent.size() > RecompressFormat.MAX_SOURCE) {
            return Optional.empty();
        }
        var hash = Sha256Digest.ofContent(targetBlocks.toByteArray());
        var patch = new BsdiffWriter(sourceContent.toByteArray()).patch(targetContent.toByteArray());
        return Optional.of(new RecompressBlob(encoder, source, target, hash, patch).encode());
    }
}
