package io.bascule.signing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which keys a host trusts, and for what (docs/formats/keyring.md).
 *
 * @param version of the keyring, counted up from 1
 * @param keys by their ids
 * @param roles every role, with keys from {@code keys}
 */
public record Keyring(long version, SortedMap<KeyId, Key> keys, Map<Role, RoleKeys> roles) {
    /** The version of the format that is read and written. */
    public static final int FORMAT = 1;

    /** The highest version that there can be. */
    public static final long MAX_VERSION = Integer.MAX_VALUE;

    /** What complaints call the document if they are not told its name. */
    static final String NAME = "keyring.json";

    /** Each costs a verification for every signature. */
    static final int MAX_KEYS = 64;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter WRITER = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    /**
     * A key and what people call it.
     *
     * @param comment for people; any text
     */
    public record Key(PublicKey key, KeyAlgorithm algorithm, String comment) {
        /** @throws IllegalArgumentException if no release may be signed with such a key */
        public static Key of(PublicKey key, String comment) {
            return new Key(key, KeyAlgorithm.of(key), comment);
        }
    }

    /**
     * Who fills a role.
     *
     * @param threshold how many of the keys must sign, from 1 to all
     */
    public record RoleKeys(SortedSet<KeyId> keys, int threshold) {
        public RoleKeys {
            keys = Collections.unmodifiableSortedSet(new TreeSet<>(keys));
            if (threshold < 1 || threshold > keys.size()) {
                throw new IllegalArgumentException("a threshold of " + threshold + " with " + keys.size() + " keys");
            }
        }
    }

    public Keyring {
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        roles = Collections.unmodifiableMap(new EnumMap<>(roles));
        if (version < 1 || version > MAX_VERSION || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("version " + version + " with " + keys.size() + " keys");
        }
        for (var entry : keys.entrySet()) {
            if (!KeyId.of(entry.getValue().key()).equals(entry.getKey())) {
                throw new IllegalArgumentException("a key under the id of another, " + entry.getKey());
            }
        }
        for (var role : Role.values()) {
            var filled = roles.get(role);
            if (filled == null || !keys.keySet().containsAll(filled.keys())) {
                throw new IllegalArgumentException("role " + role.text() + " has no keys, or such that are not there");
            }
        }
    }

    /** {@return the first version of a keyring in which each of these keys alone fills both roles} */
    public static Keyring ofEqualKeys(List<Key> keys) {
        var byId = new TreeMap<KeyId, Key>();
        keys.forEach(key -> byId.put(KeyId.of(key.key()), key));
        var roles = new EnumMap<Role, RoleKeys>(Role.class);
        for (var role : Role.values()) {
            roles.put(role, new RoleKeys(new TreeSet<>(byId.keySet()), 1));
        }
        return new Keyring(1, byId, roles);
    }

    /** Reads a keyring and holds it to every rule of its format. */
    public static Keyring read(byte[] json) throws MalformedDocumentException {
        return KeyringReader.read(JsonDocument.read(NAME, json));
    }

    /** {@return the keys of a role, to verify with} */
    public TrustedKeys trusted(Role role) {
        var filled = roleKeys(role);
        return new TrustedKeys(
                filled.keys().stream()
                        .map(id -> Objects.requireNonNull(keys.get(id)).key())
                        .toList(),
                filled.threshold());
    }

    /** {@return who fills a role} */
    public RoleKeys roleKeys(Role role) {
        return Objects.requireNonNull(roles.get(role));
    }

    /** {@return the document, which {@link #read} reads; the same keyring always gives the same text} */
    public String toJson() {
        var root = JSON.createObjectNode().put("format", FORMAT).put("version", version);
        var keysNode = root.putObject("keys");
        keys.forEach((id, key) -> keysNode.putObject(id.toString())
                .put("algorithm", key.algorithm().text())
                .put("comment", key.comment())
                .put("publicKey", Base64.getEncoder().encodeToString(key.key().getEncoded())));
        var rolesNode = root.putObject("roles");
        roles.forEach((role, filled) -> {
            var node = rolesNode.putObject(role.text());
            var ids = node.putArray("keys");
            filled.keys().forEach(id -> ids.add(id.toString()));
            node.put("threshold", filled.threshold());
        });
        return write(root);
    }

    /** {@return the text of a keyring's document, in the one layout that keyrings have} */
    static String write(ObjectNode root) {
        try {
            return WRITER.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of texts and numbers can be written", e);
        }
    }
}
