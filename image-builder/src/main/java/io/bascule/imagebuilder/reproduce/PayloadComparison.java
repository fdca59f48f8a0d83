package io.bascule.imagebuilder.reproduce;

import io.bascule.payload.PayloadInspector;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compares two payloads, all but their signatures. */
final class PayloadComparison {
    private static final int CHUNK = 1 << 20;

    private PayloadComparison() {}

    static Optional<Difference> compare(Path one, Path two) throws IOException {
        var parts = unsigned(one);
        var others = unsigned(two);
        try (var first = FileChannel.open(one);
                var second = FileChannel.open(two)) {
            var end = Math.min(parts.metadataEnd(), others.metadataEnd());
            var at = mismatch(first, 0, second, 0, end);
            if (at >= 0 || parts.metadataEnd() != others.metadataEnd()) {
                return difference(one, two, Owner.Kind.PAYLOAD_METADATA, "", at < 0 ? end : at, at < 0 ? end : at);
            }
            var length = Math.min(parts.end() - parts.blobs(), others.end() - others.blobs());
            at = mismatch(first, parts.blobs(), second, others.blobs(), length);
            if (at >= 0) {
                return blob(one, two, parts.blobs(), at);
            }
            if (parts.end() - parts.blobs() != others.end() - others.blobs()) {
                return difference(one, two, Owner.Kind.PAYLOAD_END, "", parts.blobs() + length, length);
            }
            return Optional.empty();
        }
    }

    private static PayloadInspector.Unsigned unsigned(Path payload) throws IOException {
        try (var in = open(payload)) {
            return PayloadInspector.unsigned(in);
        }
    }

    private static InputStream open(Path payload) throws IOException {
        return new BufferedInputStream(Files.newInputStream(payload));
    }

    private static Optional<Difference> difference(
            Path one, Path two, Owner.Kind kind, String name, long offset, long within) throws IOException {
        return Optional.of(new Difference(
                String.valueOf(one.getFileName()),
                offset,
                ReleaseComparison.sizes(one, two),
                List.of(Owner.of(kind, name, within))));
    }

    /** @param at in bytes behind the beginning of the blobs */
    private static Optional<Difference> blob(Path one, Path two, long blobs, long at) throws IOException {
        try (var in = open(one)) {
            for (var partition : PayloadInspector.inspect(in).manifest().partitions()) {
                for (var i = 0; i < partition.operations().size(); i++) {
                    var operation = partition.operations().get(i);
                    var within = at - operation.dataOffset();
                    if (within >= 0 && within < operation.dataLength()) {
                        var name = "blob " + i + " of partition " + partition.name() + " (" + operation.type() + ")";
                        return difference(one, two, Owner.Kind.PAYLOAD_BLOB, name, blobs + at, within);
                    }
                }
            }
        }
        return difference(one, two, Owner.Kind.PAYLOAD_BLOB, "bytes that no operation uses", blobs + at, at);
    }

    /** {@return the first byte that is different, counted from where both begin, or -1} */
    private static long mismatch(FileChannel one, long from, FileChannel two, long otherFrom, long length)
            throws IOException {
        for (var at = 0L; at < length; at += CHUNK) {
            var count = (int) Math.min(CHUNK, length - at);
            var found = read(one, from + at, count).mismatch(read(two, otherFrom + at, count));
            if (found >= 0) {
                return at + found;
            }
        }
        return -1;
    }

    private static ByteBuffer read(FileChannel channel, long position, int count) throws IOException {
        var buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            var got = channel.read(buffer, position + buffer.position());
            if (got < 0) {
                break;
            }
        }
        return buffer.flip();
    }
}
