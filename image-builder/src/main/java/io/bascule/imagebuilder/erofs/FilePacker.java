package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;

/**
 * Compresses contents into the spool. This thread reads segments and collects them in the same order; the workers
 * between only compress, so nothing depends on which of them is faster. What is under way is bounded in bytes.
 */
final class FilePacker {
    /** Enough that a worker finds the next segment waiting while the oldest one is still being compressed. */
    private static final int SEGMENTS_PER_WORKER = 2;

    private record Pending(FileBeingPacked file, int length, boolean last, Future<ExtentPacker.Packed> result) {}

    private static final class FileBeingPacked {
        private final StoredContent content;
        private final List<Extent> extents = new ArrayList<>();
        private long spoolOffset = -1;

        FileBeingPacked(StoredContent content) {
            this.content = content;
        }
    }

    private final SegmentPacker packer;
    private final Workers workers;
    private final Spool spool;
    private final Progress progress;
    private final long budget;
    private final Queue<Pending> underWay = new ArrayDeque<>();
    private long bytesUnderWay;

    FilePacker(SegmentPacker packer, Workers workers, Spool spool, Progress progress) {
        this.packer = packer;
        this.workers = workers;
        this.spool = spool;
        this.progress = progress;
        this.budget = (long) SEGMENTS_PER_WORKER * workers.count() * packer.segmentSize();
    }

    /** Packs those contents that become smaller by it; the others stay flat. */
    void pack(List<StoredContent> contents, InodeTable inodes) throws IOException {
        for (var content : contents) {
            // What fits one block cannot become smaller.
            if (content.size() > ErofsFormat.BLOCK) {
                try (var in = new ExactInput(content, inodes)) {
                    submit(content, in);
                }
            }
        }
        while (!underWay.isEmpty()) {
            collect();
        }
    }

    private void submit(StoredContent content, ExactInput in) throws IOException {
        var file = new FileBeingPacked(content);
        for (var rest = content.size(); rest > 0; ) {
            var length = (int) Math.min(rest, packer.segmentSize());
            while (!underWay.isEmpty() && bytesUnderWay + length > budget) {
                collect();
            }
            var segment = in.read(length);
            rest -= length;
            bytesUnderWay += length;
            underWay.add(new Pending(file, length, rest == 0, workers.submit(() -> packer.pack(segment))));
        }
    }

    private void collect() throws IOException {
        var pending = underWay.remove();
        var packed = Workers.await(pending.result());
        bytesUnderWay -= pending.length();
        var file = pending.file();
        if (file.spoolOffset < 0) {
            file.spoolOffset = spool.size();
        }
        file.extents.addAll(packed.extents());
        spool.append(packed.blocks());
        if (pending.last()) {
            finish(file);
        }
        progress.add(pending.length());
    }

    private void finish(FileBeingPacked file) throws IOException {
        var blocks = (spool.size() - file.spoolOffset) / ErofsFormat.BLOCK;
        var size = file.content.size();
        if (blocks * ErofsFormat.BLOCK + CompressedIndex.size(size) >= size) {
            spool.truncate(file.spoolOffset);
            file.content.setForm(new StoredContent.Flat(true));
        } else {
            file.content.setForm(
                    new StoredContent.Packed(packer.algorithm(), List.copyOf(file.extents), file.spoolOffset, blocks));
        }
    }
}
