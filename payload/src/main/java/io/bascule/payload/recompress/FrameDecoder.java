package io.bascule.payload.recompress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Optional;

/** Reads what a piece holds. */
final class FrameDecoder {
    private FrameDecoder() {}

    /** {@return whether {@code stored} from {@code at} on is a frame of so many bytes, which {@code target} has then} */
    static boolean decode(byte[] stored, Piece.Frame frame, byte[] target, int at) {
        for (var i = 0; i < frame.padding(); i++) {
            if (stored[i] != 0) {
                return false;
            }
        }
        try (var context = new ZstdDecompressCtx()) {
            return context.decompressByteArray(target, at, frame.content(), stored, frame.padding(), frame.length())
                    == frame.content();
        } catch (ZstdException e) {
            return false;
        }
    }

    /** {@return the frame behind the zeros that {@code stored} begins with, if it can hold {@code content} bytes} */
    static Optional<Piece.Frame> recognize(byte[] stored, int content) {
        var padding = 0;
        while (padding < stored.length && stored[padding] == 0) {
            padding++;
        }
        if (padding == stored.length || content < 1 || Math.max(content, stored.length) > RecompressFormat.MAX_PIECE) {
            return Optional.empty();
        }
        try {
            var length = Zstd.findFrameCompressedSize(stored, padding, stored.length - padding);
            return Optional.of(new Piece.Frame(padding, Math.toIntExact(length), content));
        } catch (ZstdException e) {
            return Optional.empty();
        }
    }
}
