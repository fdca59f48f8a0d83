package io.bascule.imagebuilder.diff;

/**
 * What an image is called and says about itself; a text is empty if nothing is known.
 *
 * @param name of the board
 * @param version of the release
 * @param kernelRelease {@code uname -r}
 * @param commandLine of the kernel, without the root hash
 * @param encoder what compressed {@code /usr}
 * @param rootHash dm-verity root hash of {@code /usr}
 * @param imageSize bytes of the file system image
 */
public record ImageFacts(
        String name,
        String version,
        String kernelRelease,
        String commandLine,
        String encoder,
        String rootHash,
        long imageSize) {
    /** {@return name and version, or what is known of them, visible} */
    public String title() {
        return VisibleText.of((name + " " + version).strip());
    }
}
