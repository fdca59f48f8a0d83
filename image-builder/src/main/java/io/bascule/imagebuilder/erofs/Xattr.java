package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import io.bascule.imagebuilder.tree.Name;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/** An extended attribute with its name split as EROFS does: the number of a well-known prefix, and the rest. */
final class Xattr implements Comparable<Xattr> {
    /** The prefixes of {@code e_name_index}. */
    private enum Prefix {
        USER(1, "user.", false),
        POSIX_ACL_ACCESS(2, "system.posix_acl_access", true),
        POSIX_ACL_DEFAULT(3, "system.posix_acl_default", true),
        TRUSTED(4, "trusted.", false),
        SECURITY(6, "security.", false);

        private final int index;
        private final String text;
        private final boolean whole;

        Prefix(int index, String text, boolean whole) {
            this.index = index;
            this.text = text;
            this.whole = whole;
        }

        private boolean matches(Name name) {
            var prefix = Name.of(text);
            return whole ? name.equals(prefix) : name.startsWith(prefix) && name.length() > text.length();
        }
    }

    private static final Comparator<Xattr> ORDER = Comparator.comparingInt((Xattr xattr) -> xattr.prefix.index)
            .thenComparing(xattr -> xattr.rest)
            .thenComparing(xattr -> xattr.value, Arrays::compareUnsigned);

    private final Prefix prefix;
    private final Name rest;
    private final byte[] value;

    /** @param value not to be changed afterwards */
    private Xattr(Prefix prefix, Name rest, byte[] value) {
        this.prefix = prefix;
        this.rest = rest;
        this.value = value;
    }

    /** @throws IllegalArgumentException if EROFS cannot hold an attribute of that name or size */
    static Xattr of(Name name, byte[] value) {
        if (value.length > ErofsFormat.MAX_XATTR_VALUE) {
            throw new IllegalArgumentException(
                    "the value of " + name + " has " + value.length + " bytes, at most 65535 fit");
        }
        for (var prefix : Prefix.values()) {
            if (prefix.matches(name) && name.length() <= Name.MAX_LENGTH) {
                var bytes = name.bytes();
                return new Xattr(prefix, Name.of(Arrays.copyOfRange(bytes, prefix.text.length(), bytes.length)), value);
            }
        }
        throw new IllegalArgumentException("EROFS has no extended attribute of the name '" + name
                + "': it begins with user., trusted. or security., or is a POSIX ACL, and has up to 255 bytes");
    }

    /** {@return the size of the entry, in bytes, a multiple of 4} */
    int encodedSize() {
        return (int) ErofsFormat.roundUp(ErofsFormat.XATTR_ENTRY_SIZE + rest.length() + value.length, 4);
    }

    /** Writes the entry with its padding. */
    void encode(ByteBuffer target) {
        var end = target.position() + encodedSize();
        target.put((byte) rest.length());
        target.put((byte) prefix.index);
        target.putShort((short) value.length);
        target.put(rest.bytes());
        target.put(value);
        while (target.position() < end) {
            target.put((byte) 0);
        }
    }

    @Override
    public int compareTo(Xattr other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Xattr xattr && compareTo(xattr) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * rest.hashCode() + Arrays.hashCode(value);
    }
}
