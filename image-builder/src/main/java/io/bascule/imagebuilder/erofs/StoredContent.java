package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.tree.Content;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Contents that at least one file has, and the form in which the image holds them. Files with the same bytes have the
 * same object, and so the same blocks.
 */
final class StoredContent {
    /** How the bytes are kept. */
    sealed interface Form {}

    /**
     * As they are.
     *
     * @param tried whether they were compressed and did not become smaller
     */
    record Flat(boolean tried) implements Form {}

    /**
     * In extents, which lie one after the other in the spool.
     *
     * @param algorithm of the codec
     * @param spoolOffset where the first extent begins in the spool, in bytes
     * @param blocks how many blocks all extents take
     */
    record Packed(int algorithm, List<Extent> extents, long spoolOffset, long blocks) implements Form {
        /**
         * {@return how many blocks each part has that must be consecutive in the image} A compressed extent is one; of one that
         * is stored as it is each block stands for itself.
         */
        List<Integer> units() {
            return extents.stream()
                    .flatMap(extent -> extent.compressed()
                            ? Stream.of(extent.blocks())
                            : Collections.nCopies(extent.blocks(), 1).stream())
                    .toList();
        }
    }

    /** One of the files that have the contents, for messages: its number in the {@link InodeTable}. */
    private final int example;

    private final Content content;
    private final long size;
    private Form form = new Flat(false);

    StoredContent(int example, Content content) {
        this.example = example;
        this.content = content;
        this.size = content.size();
    }

    int example() {
        return example;
    }

    Content content() {
        return content;
    }

    long size() {
        return size;
    }

    Form form() {
        return form;
    }

    void setForm(Form form) {
        this.form = form;
    }
}
