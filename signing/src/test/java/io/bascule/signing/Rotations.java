package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.KeyPair;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Keyrings of several versions, and documents of them signed by whomever. */
final class Rotations {
    static final ObjectMapper JSON = new ObjectMapper();

    private Rotations() {}

    /** {@return a keyring whose keys have both roles; {@code threshold} of them sign the next one, and one a release} */
    static Keyring keyring(long version, int threshold, KeyPair... pairs) {
        var keys = new TreeMap<KeyId, Keyring.Key>();
        for (var pair : pairs) {
            keys.put(KeyId.of(pair.getPublic()), Keyring.Key.of(pair.getPublic(), "of a test"));
        }
        var roles = new EnumMap<Role, Keyring.RoleKeys>(Role.class);
        roles.put(Role.RELEASE, new Keyring.RoleKeys(new TreeSet<>(keys.keySet()), 1));
        roles.put(Role.KEYRING, new Keyring.RoleKeys(new TreeSet<>(keys.keySet()), threshold));
        return new Keyring(version, keys, roles);
    }

    static byte[] signed(Keyring keyring, KeyPair... pairs) throws IOException {
        return SignedKeyring.unsigned(keyring)
                .signedWith(Keys.signers(pairs))
                .toJson()
                .getBytes(UTF_8);
    }

    static ObjectNode tree(byte[] json) throws IOException {
        return (ObjectNode) JSON.readTree(json);
    }

    static ArrayNode signatures(ObjectNode root) {
        return root.withArray(SignedDocument.SIGNATURES);
    }

    static byte[] bytes(ObjectNode root) {
        return root.toString().getBytes(UTF_8);
    }

    static String id(KeyPair pair) {
        return KeyId.of(pair.getPublic()).toString();
    }

    /** {@return a source that has these documents as versions 2, 3, ...} */
    static KeyringSource source(byte[]... documents) {
        Map<String, byte[]> files = new HashMap<>();
        for (var document : documents) {
            files.put(KeyringRotation.fileName(files.size() + 2L), document);
        }
        return name -> Optional.ofNullable(files.get(name)).map(ByteArrayInputStream::new);
    }

    static List<KeyPair> newKeys(int count) {
        return Stream.generate(KeyAlgorithm.EC_P256::generate).limit(count).toList();
    }
}
