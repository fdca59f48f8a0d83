package io.bascule.signing;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a keyring. Whatever is ambiguous is refused: which keys a host trusts must not depend on who reads. */
final class KeyringReader {
    private KeyringReader() {}

    static Keyring read(JsonDocument root) throws MalformedDocumentException {
        root.requireFormat(Keyring.FORMAT);
        var version = root.number("version", 1, Keyring.MAX_VERSION);
        var keys = keys(root);
        return new Keyring(version, keys, roles(root, keys));
    }

    private static SortedMap<KeyId, Keyring.Key> keys(JsonDocument root) throws MalformedDocumentException {
        var keys = new TreeMap<KeyId, Keyring.Key>();
        for (var entry : root.object("keys").objects().entrySet()) {
            if (keys.size() == Keyring.MAX_KEYS) {
                throw root.malformed("keys", "more than " + Keyring.MAX_KEYS + " of them");
            }
            var key = key(entry.getValue());
            var id = KeyId.of(key.key()).toString();
            if (!id.equals(entry.getKey())) {
                throw entry.getValue().malformed("", "the id of this key is " + id);
            }
            keys.put(KeyId.of(key.key()), key);
        }
        return keys;
    }

    private static Keyring.Key key(JsonDocument object) throws MalformedDocumentException {
        var name = object.text("algorithm");
        var algorithm = KeyAlgorithm.ofText(name)
                .orElseThrow(() -> object.malformed("algorithm", "not one of rsa-2048, rsa-4096 and p256"));
        var comment = object.has("comment") ? object.text("comment") : "";
        try {
            return new Keyring.Key(
                    algorithm.decodePublic(StrictBase64.decode(object.text("publicKey"))), algorithm, comment);
        } catch (IllegalArgumentException e) {
            throw object.malformed("publicKey", String.valueOf(e.getMessage()));
        }
    }

    private static Map<Role, Keyring.RoleKeys> roles(JsonDocument root, SortedMap<KeyId, Keyring.Key> keys)
            throws MalformedDocumentException {
        var roles = new EnumMap<Role, Keyring.RoleKeys>(Role.class);
        for (var role : Role.values()) {
            var object = root.object("roles").object(role.text());
            var ids = new TreeSet<KeyId>();
            for (var digest : object.digestsIn("keys", Keyring.MAX_KEYS)) {
                if (!keys.containsKey(new KeyId(digest))) {
                    throw object.malformed("keys", "there is no key " + digest);
                }
                if (!ids.add(new KeyId(digest))) {
                    throw object.malformed("keys", digest + " twice");
                }
            }
            if (ids.isEmpty()) {
                throw object.malformed("keys", "empty");
            }
            roles.put(role, new Keyring.RoleKeys(ids, (int) object.number("threshold", 1, ids.size())));
        }
        return roles;
    }
}
