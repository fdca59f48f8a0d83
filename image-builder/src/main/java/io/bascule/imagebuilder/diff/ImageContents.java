package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.imagebuilder.tree.FileTree;
import java.util.List;

/**
 * One side of a comparison.
 *
 * @param packages what is installed, by name; none if that is not known
 * @param usr the tree of {@code /usr}, itself the root
 */
public record ImageContents(ImageFacts facts, List<InstalledPackage> packages, FileTree usr) {
    public ImageContents {
        packages = List.copyOf(packages);
    }
}
