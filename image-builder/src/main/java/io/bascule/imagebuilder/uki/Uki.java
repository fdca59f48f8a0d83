package io.bascule.imagebuilder.uki;

import io.bascule.imagebuilder.tree.Content;

/**
 * What a unified kernel image is made of.
 *
 * @param stub systemd's EFI stub, unsigned
 * @param kernel a bzImage
 * @param initrd one or more cpio archives, compressed as the kernel can read
 * @param osRelease text of os-release, from which systemd-boot takes title, version and sort key
 * @param commandLine of the kernel, without a line end
 * @param kernelRelease what {@code uname -r} will say
 */
public record Uki(
        Content stub, Content kernel, Content initrd, String osRelease, String commandLine, String kernelRelease) {
    /** COMMAND_LINE_SIZE of Linux on x86, less the NUL at the end: what is longer, the kernel cuts off silently. */
    public static final int MAX_COMMAND_LINE = 2047;
}
