package io.bascule.imagebuilder.tree;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every kind of inode has.
 *
 * @param permissions the lower twelve bits of the mode: rwx for three, sticky, set-gid, set-uid
 * @param uid owner, 0 to 4294967295
 * @param gid group, 0 to 4294967295
 * @param xattrs extended attributes by full name ({@code security.capability}), values as raw bytes, not to be changed
 */
public record Attributes(int permissions, long uid, long gid, SortedMap<Name, byte[]> xattrs) {
    private static final long ID_MAX = 0xFFFF_FFFFL;

    public Attributes {
        if ((permissions & ~0xFFF) != 0) {
            throw new IllegalArgumentException(
                    "permissions have twelve bits, not " + Integer.toOctalString(permissions));
        }
        if (uid < 0 || uid > ID_MAX || gid < 0 || gid > ID_MAX) {
            throw new IllegalArgumentException("uid " + uid + " or gid " + gid + " does not fit 32 bits");
        }
        xattrs = Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
    }

    /** {@return attributes of a file that belongs to root} */
    public static Attributes rootOwned(int permissions) {
        return new Attributes(permissions, 0, 0, Collections.emptySortedMap());
    }

    /** {@return the same owner and extended attributes with other permissions} */
    public Attributes withPermissions(int changed) {
        return new Attributes(changed, uid, gid, xattrs);
    }
}
