package io.bascule.imagebuilder.diff;

import io.bascule.imagebuilder.tree.Inode;
import java.util.Locale;

/**
 * What a file is.
 *
 * @param size bytes of a regular file, else 0
 * @param target visible; what a symbolic link says, or the number of a device, else empty
 */
public record FileState(Type type, long size, int permissions, long uid, long gid, String target) {
    /** Kinds of files. */
    public enum Type {
        FILE,
        DIRECTORY,
        SYMLINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO,
        SOCKET;

        /** {@return the word for people and for JSON} */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    static FileState of(Inode inode) {
        return switch (inode) {
            case Inode.Directory directory -> of(Type.DIRECTORY, 0, directory, "");
            case Inode.RegularFile file -> of(Type.FILE, file.content().size(), file, "");
            case Inode.Symlink link ->
                of(Type.SYMLINK, 0, link, VisibleText.of(link.target().bytes()));
            case Inode.Special special ->
                switch (special.kind()) {
                    case CHARACTER_DEVICE -> of(Type.CHARACTER_DEVICE, 0, special, number(special));
                    case BLOCK_DEVICE -> of(Type.BLOCK_DEVICE, 0, special, number(special));
                    case FIFO -> of(Type.FIFO, 0, special, "");
                    case SOCKET -> of(Type.SOCKET, 0, special, "");
                };
        };
    }

    private static String number(Inode.Special device) {
        return device.major() + ":" + device.minor();
    }

    private static FileState of(Type type, long size, Inode inode, String target) {
        var attributes = inode.attributes();
        return new FileState(type, size, attributes.permissions(), attributes.uid(), attributes.gid(), target);
    }

    /** {@return the permissions in octal, four digits} */
    public String mode() {
        return String.format(Locale.ROOT, "%04o", permissions);
    }
}
