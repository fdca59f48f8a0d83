package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the blocks of contents will hold, to be compared with what earlier images hold. */
final class UnitDigests {
    private static final int PIECE = 1 << 20;

    private final InodeTable inodes;
    private final Spool spool;
    private final Map<StoredContent, List<Digest128>> known = new HashMap<>();

    UnitDigests(InodeTable inodes, Spool spool) {
        this.inodes = inodes;
        this.spool = spool;
    }

    /** {@return the digest of a unit as it will be in the image} */
    Digest128 of(Demand.ForContent wanted, int unit) throws IOException {
        var digests = known.get(wanted.content());
        if (digests == null) {
            digests = switch (wanted.content().form()) {
                case StoredContent.Packed packed -> ofPacked(packed);
                case StoredContent.Flat unused -> List.of(ofFlat(wanted));
            };
            known.put(wanted.content(), digests);
        }
        return digests.get(unit);
    }

    private List<Digest128> ofPacked(StoredContent.Packed packed) throws IOException {
        var digests = new ArrayList<Digest128>();
        var at = packed.spoolOffset();
        for (var blocks : packed.units()) {
            var bytes = ByteBuffer.allocate(blocks * ErofsFormat.BLOCK);
            spool.read(at, bytes);
            digests.add(Digest128.of(bytes.flip()));
            at += bytes.capacity();
        }
        return digests;
    }

    private Digest128 ofFlat(Demand.ForContent wanted) throws IOException {
        var content = wanted.content();
        var stored = (long) wanted.units().getFirst() * ErofsFormat.BLOCK;
        var digest = Digest128.sha256();
        try (var in = new ExactInput(content, inodes)) {
            for (var rest = Math.min(stored, content.size()); rest > 0; ) {
                var bytes = in.read((int) Math.min(PIECE, rest));
                digest.update(bytes);
                rest -= bytes.length;
            }
        }
        digest.update(new byte[(int) Math.max(0, stored - content.size())]);
        return Digest128.ofFinished(digest);
    }
}
