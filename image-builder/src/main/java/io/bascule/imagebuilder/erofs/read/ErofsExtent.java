package io.bascule.imagebuilder.erofs.read;

/**
 * Consecutive bytes of a file that are kept together.
 *
 * @param fileOffset where they begin in the file, in bytes
 * @param length how many bytes of the file they are
 * @param storage how they are kept
 * @param address where what is stored begins, in bytes from the start of the image; for {@link Storage#FRAGMENT} in the
 *     packed file, for {@link Storage#HOLE} 0
 * @param storedLength how many bytes are stored, with padding; 0 for holes and fragments, which share theirs with others
 * @param partial whether what is stored decodes to more than this extent uses
 * @param indexOffset where the image says all this, in bytes
 */
public record ErofsExtent(
        long fileOffset,
        long length,
        Storage storage,
        long address,
        long storedLength,
        boolean partial,
        long indexOffset) {

    /** How the bytes of an extent are kept. */
    public enum Storage {
        /** As they are, in consecutive blocks. */
        FLAT,
        /** As they are, behind the inode. */
        INLINE,
        /** As they are, from the start of a block of a compressed file. */
        PLAIN,
        /** As they are, each byte where it would be in a block of the file; what is before the first comes at the end. */
        INTERLACED,
        /** Nowhere: they are zero. */
        HOLE,
        /** In the packed file, which ends of many files share. */
        FRAGMENT,
        LZ4,
        /** MicroLZMA. */
        LZMA,
        DEFLATE,
        ZSTD;

        boolean compressed() {
            return switch (this) {
                case LZ4, LZMA, DEFLATE, ZSTD -> true;
                case FLAT, INLINE, PLAIN, INTERLACED, HOLE, FRAGMENT -> false;
            };
        }
    }

    /** {@return where the extent ends in the file, in bytes} */
    public long end() {
        return fileOffset + length;
    }
}
