package io.bascule.qemuharness;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * System credentials for the guest's systemd, handed over as SMBIOS OEM strings.
 *
 * @see <a href="https://systemd.io/CREDENTIALS/">System and Service Credentials</a>
 */
public final class Credentials {
    /** No credentials. */
    public static final Credentials NONE = new Credentials(Collections.emptySortedMap());

    private static final int MAX_NAME_LENGTH = 255;

    private final SortedMap<String, byte[]> values;

    private Credentials(SortedMap<String, byte[]> values) {
        this.values = values;
    }

    /**
     * {@return these credentials and one more}
     *
     * @param name a file name of printable ASCII without {@code :} and {@code =}, like {@code
     *     ssh.authorized_keys.root}
     */
    public Credentials with(String name, byte[] value) {
        checkName(name);
        var more = new TreeMap<>(values);
        more.put(name, value.clone());
        return new Credentials(Collections.unmodifiableSortedMap(more));
    }

    /** {@return these credentials and one more, whose value is {@code value} in UTF-8} */
    public Credentials with(String name, String value) {
        return with(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives each credential's name and the OEM string that carries it, in the order of the names. */
    void forEachOemString(BiConsumer<String, String> consumer) {
        values.forEach((name, value) -> consumer.accept(
                name,
                "io.systemd.credential.binary:" + name + "="
                        + Base64.getEncoder().encodeToString(value)));
    }

    private static void checkName(String name) {
        // What systemd's credential_name_valid() accepts, less '=', which ends the name in an OEM string.
        var printable = name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':' && c != '/' && c != '=');
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || !printable || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("not a name of a credential: '" + name + "'");
        }
    }

    /** {@return the names only: values may be secret} */
    @Override
    public String toString() {
        return "Credentials" + values.keySet();
    }
}
