package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.BuildListener;
import java.io.IOException;
import java.util.List;

/**
 * What is different between two images.
 *
 * @param packages that differ
 * @param packagesKnown whether both images say which packages they have
 * @param files that differ, by path
 * @param configuration that differs and is text, by path
 * @param sizes of {@code /usr}
 */
public record ImageDiff(
        ImageFacts before,
        ImageFacts after,
        List<PackageChange> packages,
        boolean packagesKnown,
        List<FileChange> files,
        List<ConfigChange> configuration,
        SizeNode sizes) {
    public ImageDiff {
        packages = List.copyOf(packages);
        files = List.copyOf(files);
        configuration = List.copyOf(configuration);
    }

    /**
     * Compares two images, reading files of equal size to their first difference.
     *
     * @param listener is told how far it is
     */
    public static ImageDiff between(ImageContents before, ImageContents after, BuildListener listener)
            throws IOException {
        var trees = new TreeComparison(before, after, listener);
        trees.run();
        return new ImageDiff(
                before.facts(),
                after.facts(),
                PackageChange.between(before, after),
                !before.packages().isEmpty() && !after.packages().isEmpty(),
                trees.files(),
                trees.configuration(),
                trees.sizes());
    }

    /** {@return whether anything of the two differs, be it only how it is compressed} */
    public boolean different() {
        return !packages.isEmpty()
                || !files.isEmpty()
                || !before.kernelRelease().equals(after.kernelRelease())
                || !before.commandLine().equals(after.commandLine())
                || !before.encoder().equals(after.encoder())
                || !before.rootHash().equals(after.rootHash());
    }

    /** {@return how many files changed like this} */
    public long count(ChangeKind kind) {
        return files.stream().filter(file -> file.kind() == kind).count();
    }
}
