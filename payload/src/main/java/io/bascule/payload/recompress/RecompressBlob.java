package io.bascule.payload.recompress;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a RECOMPRESS operation carries.
 *
 * @param encoder makes the frames among the new pieces
 * @param source what the operation's old blocks are, from the first to the last
 * @param target what its new blocks are
 * @param hash SHA-256 of the new blocks
 * @param patch of bsdiff, from what the pieces of the source hold to what those of the target hold
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecompressBlob(FrameEncoder encoder, List<Piece> source, List<Piece> target, Sha256Digest hash, byte[] patch) {
    RecompressBlob {
        source = List.copyOf(source);
        target = List.copyOf(target);
    }

    byte[] encode() {
        var out = new ByteArrayOutputStream(patch.length + 64);
        out.writeBytes(RecompressFormat.MAGIC.getBytes(StandardCharsets.ISO_8859_1));
        varint(out, FrameEncoder.LIBRARY);
        varint(out, encoder.level());
        varint(out, encoder.windowLog());
        pieces(out, source);
        pieces(out, target);
        out.writeBytes(hash.bytes());
        out.writeBytes(patch);
        return out.toByteArray();
    }

    private static void pieces(ByteArrayOutputStream out, List<Piece> pieces) {
        varint(out, pieces.size());
        for (var piece : pieces) {
            switch (piece) {
                case Piece.Plain plain -> varint(out, plain.length() << 1);
                case Piece.Frame frame -> {
                    varint(out, (frame.length() << 1) | 1);
                    varint(out, frame.padding());
                    varint(out, frame.content());
                }
            }
        }
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        var rest = value;
        while (rest > 0x7F) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /** @throws MalformedFormatException if it is no such blob, or the encoder is not one that there is here */
    static RecompressBlob decode(byte[] bytes) throws MalformedFormatException {
        return new Decoder(bytes).blob();
    }

    /** Reads from the first byte on. */
    private static final class Decoder {
        private final byte[] bytes;
        private int at;

        Decoder(byte[] bytes) {
            this.bytes = bytes;
        }

        RecompressBlob blob() throws MalformedFormatException {
            var magic = RecompressFormat.MAGIC.getBytes(StandardCharsets.ISO_8859_1);
            if (!Arrays.equals(Arrays.copyOf(bytes, Math.min(bytes.length, magic.length)), magic)) {
                throw malformed("magic", "not " + RecompressFormat.MAGIC);
            }
            at = magic.length;
            var encoder = encoder();
            var source = pieces("source", RecompressFormat.MAX_SOURCE);
            var target = pieces("target", Integer.MAX_VALUE);
            if (target.isEmpty()) {
                throw malformed("target", "no pieces");
            }
            if (bytes.length - at < Sha256Digest.SIZE) {
                throw malformed("hash", "the blob ends in it");
            }
            var hash = Sha256Digest.of(Arrays.copyOfRange(bytes, at, at + Sha256Digest.SIZE));
            var patch = Arrays.copyOfRange(bytes, at + Sha256Digest.SIZE, bytes.length);
            return new RecompressBlob(encoder, source, target, hash, patch);
        }

        private FrameEncoder encoder() throws MalformedFormatException {
            var library = varint("library");
            if (!FrameEncoder.isCarried(library)) {
                throw malformed("library", "compressor " + library + " is not one that there is here");
            }
            var level = varint("level");
            var windowLog = varint("window");
            try {
                return new FrameEncoder(level, windowLog);
            } catch (IllegalArgumentException e) {
                throw malformed("level", String.valueOf(e.getMessage()));
            }
        }

        /** @param most what all of them may hold, in bytes */
        private List<Piece> pieces(String name, int most) throws MalformedFormatException {
            var count = varint(name);
            // Each takes a byte at least, so a count that lies costs no memory.
            if (count > RecompressFormat.MAX_PIECES || count > bytes.length - at) {
                throw malformed(name, count + " pieces");
            }
            var pieces = new ArrayList<Piece>(count);
            var content = 0L;
            for (var i = 0; i < count; i++) {
                var piece = piece(name);
                content += piece.content();
                if (content > most) {
                    throw malformed(name, "its pieces hold more than " + most + " bytes");
                }
                pieces.add(piece);
            }
            return pieces;
        }

        private Piece piece(String name) throws MalformedFormatException {
            var tag = varint(name);
            try {
                return (tag & 1) == 0
                        ? new Piece.Plain(tag >>> 1)
                        : new Piece.Frame(varint(name), tag >>> 1, varint(name));
            } catch (IllegalArgumentException e) {
                throw malformed(name, String.valueOf(e.getMessage()));
            }
        }

        private int varint(String field) throws MalformedFormatException {
            var value = 0L;
            for (var i = 0; i < RecompressFormat.MAX_VARINT; i++) {
                if (at == bytes.length) {
                    throw malformed(field, "the blob ends in it");
                }
                var next = bytes[at++];
                value |= (long) (next & 0x7F) << (7 * i);
                if (next >= 0) {
                    if (value > Integer.MAX_VALUE) {
                        break;
                    }
                    return (int) value;
                }
            }
            throw malformed(field, "a number larger than " + Integer.MAX_VALUE);
        }

        private MalformedFormatException malformed(String field, String problem) {
            return new MalformedFormatException(RecompressFormat.NAME, field, at, problem);
        }
    }
}
