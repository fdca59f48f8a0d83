package io.bascule.partitionlayout.fat;

/** The directories and files to be put into a volume. The order in which they are added makes no difference. */
public final class FatTree {
    private static final long MAX_FILE_SIZE = 0xFFFF_FFFFL;

    private final FatNode.Directory root = new FatNode.Directory();

    /**
     * Adds a file, and the directories above it where they are missing.
     *
     * @param path names separated by {@code /}, like {@code EFI/BOOT/BOOTX64.EFI}
     * @throws IllegalArgumentException if FAT cannot hold such a name, the name is taken (also in other case), or the
     *     content is 4 GiB or more
     */
    public void addFile(String path, FatContent content) {
        if (content.size() < 0 || content.size() > MAX_FILE_SIZE) {
            throw new IllegalArgumentException(
                    "'" + path + "' has " + content.size() + " bytes, a file on FAT at most " + MAX_FILE_SIZE);
        }
        var end = path.lastIndexOf('/');
        var parent = end < 0 ? root : directory(path.substring(0, end), path);
        var name = LongName.check(path.substring(end + 1), path);
        if (parent.children.containsKey(name)) {
            throw new IllegalArgumentException("'" + path + "': there is '" + nameIn(parent, name) + "' already");
        }
        parent.children.put(name, new FatNode.File(content));
    }

    /**
     * Adds a directory, and those above it where they are missing.
     *
     * @throws IllegalArgumentException as in {@link #addFile}; that the very same directory exists is no error
     */
    public void addDirectory(String path) {
        directory(path, path);
    }

    FatNode.Directory root() {
        return root;
    }

    /** @param path what is being added, for messages */
    private FatNode.Directory directory(String directory, String path) {
        var at = root;
        for (var part : directory.split("/", -1)) {
            var name = LongName.check(part, path);
            var child = at.children.get(name);
            if (child == null) {
                child = new FatNode.Directory();
                at.children.put(name, child);
            }
            if (!(child instanceof FatNode.Directory next)) {
                throw new IllegalArgumentException("'" + path + "': '" + nameIn(at, name) + "' is a file already");
            }
            if (!nameIn(at, name).equals(name)) {
                throw new IllegalArgumentException(
                        "'" + path + "': there is '" + nameIn(at, name) + "' already, the same name on FAT");
            }
            at = next;
        }
        return at;
    }

    /** {@return the name as it was added, where {@code name} may differ in case} */
    private static String nameIn(FatNode.Directory directory, String name) {
        return directory.children.tailMap(name).firstKey();
    }
}
