package io.bascule.imagebuilder.delta;

import io.bascule.imagebuilder.initrd.InitrdFrames;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.payload.Extent;
import io.bascule.payload.Resemblance;
import io.bascule.payload.Resemblance.Stored;
import io.bascule.payload.recompress.FrameEncoder;
import io.bascule.payload.recompress.RecompressWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The archives of the initrds in two UKIs: their files come in the same order, so what resembles one is at about its place. */
final class ArchivePairs {
    private static final String INITRD = ".initrd";

    private ArchivePairs() {}

    /**
     * {@return the archives of the new initrd with those of the old one; nothing if they do not begin on blocks}
     *
     * @throws io.bascule.partitionlayout.MalformedFormatException if one of them is no UKI
     */
    static List<Resemblance> of(BlockDevice old, BlockDevice content) throws IOException {
        var target = archives(content);
        if (target.isEmpty()) {
            return List.of();
        }
        return List.of(new Resemblance(encoder(content, target), target, archives(old)));
    }

    private static List<Stored> archives(BlockDevice uki) throws IOException {
        var archives = new ArrayList<Stored>();
        for (var section : UkiReader.header(uki).sections()) {
            if (!section.name().equals(INITRD) || section.rawPointer() % InitrdFrames.ALIGNMENT != 0) {
                continue;
            }
            var bytes = new byte[(int) Math.min(section.virtualSize(), section.rawSize())];
            uki.read(section.rawPointer(), ByteBuffer.wrap(bytes));
            for (var frame : InitrdFrames.read(bytes)) {
                if (frame.offset() % InitrdFrames.ALIGNMENT == 0) {
                    var first = (section.rawPointer() + frame.offset()) / InitrdFrames.ALIGNMENT;
                    var blocks = Math.ceilDiv(frame.length(), InitrdFrames.ALIGNMENT);
                    archives.add(new Stored(new Extent(first, blocks), Optional.of(frame.content())));
                }
            }
        }
        return archives;
    }

    /** {@return which of the two it was, seen by the smallest archive} */
    private static FrameEncoder encoder(BlockDevice uki, List<Stored> archives) throws IOException {
        var smallest = archives.stream()
                .min(Comparator.comparingLong(Stored::contentSize))
                .orElseThrow();
        var blocks = smallest.blocks();
        var stored = new byte[Math.toIntExact(blocks.blockCount() * InitrdFrames.ALIGNMENT)];
        uki.read(blocks.startBlock() * InitrdFrames.ALIGNMENT, ByteBuffer.wrap(stored));
        return RecompressWriter.makes(InitrdFrames.FAST, stored, Math.toIntExact(smallest.contentSize()))
                ? InitrdFrames.FAST
                : InitrdFrames.USUAL;
    }
}
