package io.bascule.partitionlayout.fat;

import java.util.SortedMap;
import java.util.TreeMap;

/** What a {@link FatTree} is made of. */
sealed interface FatNode {
    /** A directory, its children sorted by name. */
    final class Directory implements FatNode {
        /** FAT knows a name in any case; this order does too, and needs no locale. */
        final SortedMap<String, FatNode> children = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    }

    /** A file. */
    final class File implements FatNode {
        final FatContent content;

        File(FatContent content) {
            this.content = content;
        }
    }
}
