package io.bascule.imagebuilder.diff;

import java.util.List;

/**
 * Bytes of contents in a folder, or of one file, before compression. A file with several names counts where the first of
 * them is.
 *
 * @param name visible
 * @param before bytes in the first image
 * @param after bytes in the second image
 * @param changed whether any content in it differs
 * @param children what is in a folder, by name; none for files
 */
public record SizeNode(String name, long before, long after, boolean changed, boolean folder, List<SizeNode> children) {
    public SizeNode {
        children = List.copyOf(children);
    }

    /** {@return by how many bytes it grew} */
    public long growth() {
        return after - before;
    }
}
