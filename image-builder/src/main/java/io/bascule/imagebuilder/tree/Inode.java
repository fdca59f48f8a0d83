package io.bascule.imagebuilder.tree;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of any kind. Inodes have identity: two directory entries that hold the same object are hard links to one file.
 * Times are not kept: an image has one time for all its files, an input of the build.
 */
public sealed interface Inode {
    Attributes attributes();

    /** The S_IFMT part of the mode (stat(2)). */
    int fileType();

    /** A directory: names and what they stand for, in the order of {@link Name}. */
    final class Directory implements Inode {
        private final NavigableMap<Name, Inode> children = new TreeMap<>();
        private Attributes attributes;

        public Directory(Attributes attributes) {
            this.attributes = attributes;
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }

        @Override
        public int fileType() {
            return 0x4000;
        }

        void setAttributes(Attributes changed) {
            attributes = changed;
        }

        public @Nullable Inode child(Name name) {
            return children.get(name);
        }

        /** {@return names and inodes, in ascending order of names; a view} */
        public Collection<Map.Entry<Name, Inode>> children() {
            return Collections.unmodifiableSet(children.entrySet());
        }

        /** Adds an entry, or puts {@code inode} in the place of the one that had the name. */
        public void put(Name name, Inode inode) {
            children.put(name, inode);
        }

        public @Nullable Inode remove(Name name) {
            return children.remove(name);
        }
    }

    /** A regular file. */
    final class RegularFile implements Inode {
        private final Attributes attributes;
        private final Content content;

        public RegularFile(Attributes attributes, Content content) {
            this.attributes = attributes;
            this.content = content;
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }

        @Override
        public int fileType() {
            return 0x8000;
        }

        public Content content() {
            return content;
        }
    }

    /** A symbolic link. */
    final class Symlink implements Inode {
        private static final int MAX_TARGET = 4095;

        private final Attributes attributes;
        private final Name target;

        /** @param target what the link says: 1 to 4095 bytes, any but NUL */
        public Symlink(Attributes attributes, Name target) {
            if (target.length() == 0 || target.length() > MAX_TARGET) {
                throw new IllegalArgumentException(
                        "a symbolic link says 1 to " + MAX_TARGET + " bytes, not " + target.length());
            }
            if (target.contains((byte) 0)) {
                throw new IllegalArgumentException("a symbolic link cannot say a NUL byte: " + target);
            }
            this.attributes = attributes;
            this.target = target;
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }

        @Override
        public int fileType() {
            return 0xA000;
        }

        public Name target() {
            return target;
        }
    }

    /** A character device, block device, fifo or socket: an inode without contents. */
    final class Special implements Inode {
        /** Which of the four. */
        public enum Kind {
            CHARACTER_DEVICE(0x2000),
            BLOCK_DEVICE(0x6000),
            FIFO(0x1000),
            SOCKET(0xC000);

            private final int fileType;

            Kind(int fileType) {
                this.fileType = fileType;
            }
        }

        private final Attributes attributes;
        private final Kind kind;
        private final int major;
        private final int minor;

        /** @param major 0 to 4095 and {@code minor} 0 to 1048575, both 0 for fifos and sockets */
        public Special(Attributes attributes, Kind kind, int major, int minor) {
            if (major < 0 || major > 0xFFF || minor < 0 || minor > 0xFFFFF) {
                throw new IllegalArgumentException("not a device number of Linux: " + major + ":" + minor);
            }
            this.attributes = attributes;
            this.kind = kind;
            this.major = major;
            this.minor = minor;
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }

        @Override
        public int fileType() {
            return kind.fileType;
        }

        public Kind kind() {
            return kind;
        }

        public int major() {
            return major;
        }

        public int minor() {
            return minor;
        }
    }
}
