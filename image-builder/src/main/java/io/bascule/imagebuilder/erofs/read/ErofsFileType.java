package io.bascule.imagebuilder.erofs.read;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of inodes. */
public enum ErofsFileType {
    REGULAR(1, 0x8000),
    DIRECTORY(2, 0x4000),
    CHARACTER_DEVICE(3, 0x2000),
    BLOCK_DEVICE(4, 0x6000),
    FIFO(5, 0x1000),
    SOCKET(6, 0xC000),
    SYMLINK(7, 0xA000);

    private static final int MODE_MASK = 0xF000;

    private final int direntCode;
    private final int modeBits;

    ErofsFileType(int direntCode, int modeBits) {
        this.direntCode = direntCode;
        this.modeBits = modeBits;
    }

    /** {@return what stands for it in directory entries} */
    int direntCode() {
        return direntCode;
    }

    static Optional<ErofsFileType> ofMode(int mode) {
        return Arrays.stream(values())
                .filter(type -> type.modeBits == (mode & MODE_MASK))
                .findFirst();
    }

    /** {@return whether it has a device number} */
    public boolean device() {
        return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
    }
}
