package io.bascule.imagebuilder.erofs.read;

import java.time.Instant;

/**
 * An inode as it stands in an image.
 *
 * @param nid its number: its place in the image in units of 32 bytes
 * @param offset of the inode in the image, in bytes
 * @param layout how its contents are kept: one of {@code ErofsFormat.LAYOUT_*}
 * @param type what it is
 * @param permissions the lower twelve bits of the mode
 * @param uid owner
 * @param gid group
 * @param links how many names it says it has
 * @param size in bytes
 * @param modified its own time, or that of the image if it has none
 * @param location the first block, the number of blocks, the device number or the format of chunks
 * @param coreSize the size of the inode itself, 32 or 64 bytes
 * @param xattrSize the size of the extended attributes behind it, in bytes
 */
public record ErofsInode(
        long nid,
        long offset,
        int layout,
        ErofsFileType type,
        int permissions,
        long uid,
        long gid,
        long links,
        long size,
        Instant modified,
        int location,
        int coreSize,
        int xattrSize) {

    /** {@return where what follows inode and extended attributes begins, in bytes from the start of the image} */
    long end() {
        return offset + coreSize + xattrSize;
    }

    /** {@return the major number of a device, as the kernel decodes it (new_decode_dev)} */
    public int major() {
        return (location & 0xFFF00) >>> 8;
    }

    /** {@return the minor number of a device} */
    public int minor() {
        return (location & 0xFF) | ((location >>> 12) & 0xFFF00);
    }
}
