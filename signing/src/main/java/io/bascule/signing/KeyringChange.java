package io.bascule.signing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is different in the next version of a keyring. Removals are done before additions, so that a key can change its
 * role in one step.
 *
 * @param additions keys that come, or get another role
 * @param removals keys that go
 * @param thresholds of the roles whose threshold changes
 */
public record KeyringChange(List<Addition> additions, List<Removal> removals, Map<Role, Integer> thresholds) {
    private static final int SHORTEST_PREFIX = 8;

    /** @param roles that the key gets; one or both */
    public record Addition(Keyring.Key key, Set<Role> roles) {
        public Addition {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * @param id of the key, or how it begins: 8 lower-case hexadecimal digits or more
     * @param roles that it loses; a key without a role is not in the keyring any more
     */
    public record Removal(String id, Set<Role> roles) {
        public Removal {
            roles = Set.copyOf(roles);
        }
    }

    public KeyringChange {
        additions = List.copyOf(additions);
        removals = List.copyOf(removals);
        thresholds = Map.copyOf(thresholds);
    }

    /**
     * {@return the version after {@code old}, with this change}
     *
     * @throws KeyringChangeException if a key to remove is not there, a threshold is out of the reach of its role's keys, a
     *     number is beyond its limit, or nothing would change
     */
    public Keyring applyTo(Keyring old) throws KeyringChangeException {
        if (old.version() == Keyring.MAX_VERSION) {
            throw new KeyringChangeException(
                    "the keyring has the highest version that there can be, " + old.version(),
                    "build images with a new keyring that begins with version 1");
        }
        var members = new EnumMap<Role, SortedSet<KeyId>>(Role.class);
        for (var role : Role.values()) {
            members.put(role, new TreeSet<>(old.roleKeys(role).keys()));
        }
        for (var removal : removals) {
            remove(old, removal, members);
        }
        var keys = new TreeMap<>(old.keys());
        for (var addition : additions) {
            var id = KeyId.of(addition.key().key());
            // A key that is there keeps its comment.
            keys.putIfAbsent(id, addition.key());
            addition.roles().forEach(role -> of(members, role).add(id));
        }
        keys.keySet().removeIf(id -> members.values().stream().noneMatch(ids -> ids.contains(id)));
        if (keys.size() > Keyring.MAX_KEYS) {
            throw new KeyringChangeException(
                    keys.size() + " keys, and a keyring has at most " + Keyring.MAX_KEYS, "remove some");
        }
        var roles = new EnumMap<Role, Keyring.RoleKeys>(Role.class);
        for (var role : Role.values()) {
            roles.put(role, filled(old, role, of(members, role)));
        }
        if (keys.keySet().equals(old.keys().keySet()) && roles.equals(old.roles())) {
            throw new KeyringChangeException(
                    "nothing would change", "say which keys to add or remove, or another threshold");
        }
        return new Keyring(old.version() + 1, keys, roles);
    }

    private static void remove(Keyring old, Removal removal, Map<Role, SortedSet<KeyId>> members)
            throws KeyringChangeException {
        var id = find(old, removal.id());
        var lost = false;
        for (var role : removal.roles()) {
            lost |= of(members, role).remove(id);
        }
        if (!lost) {
            throw new KeyringChangeException(
                    "key " + id + " has no such role, or is removed twice",
                    "`bascule keys show` tells which keys have which role");
        }
    }

    private static SortedSet<KeyId> of(Map<Role, SortedSet<KeyId>> members, Role role) {
        return Objects.requireNonNull(members.get(role));
    }

    /** {@return the one key whose id begins so} */
    private static KeyId find(Keyring keyring, String id) throws KeyringChangeException {
        var found = new ArrayList<KeyId>();
        if (id.length() >= SHORTEST_PREFIX) {
            keyring.keys().keySet().stream()
                    .filter(key -> key.toString().startsWith(id))
                    .forEach(found::add);
        }
        if (found.size() != 1) {
            throw new KeyringChangeException(
                    (found.isEmpty() ? "no key" : "more than one key")
                            + " of the keyring has an id that is or begins with '" + id + "'",
                    "give the whole id, or its first " + SHORTEST_PREFIX
                            + " digits or more; `bascule keys show` tells them");
        }
        return found.getFirst();
    }

    private Keyring.RoleKeys filled(Keyring old, Role role, SortedSet<KeyId> ids) throws KeyringChangeException {
        var threshold = Optional.ofNullable(thresholds.get(role))
                .orElse(old.roleKeys(role).threshold());
        if (threshold < 1) {
            throw new KeyringChangeException(
                    "role " + role.text() + ": a threshold of " + threshold + " would trust everybody",
                    "give a threshold of at least 1");
        }
        if (threshold > ids.size()) {
            throw new KeyringChangeException(
                    "role " + role.text() + ": " + threshold + " keys must sign, and there would be " + ids.size(),
                    "add another key to the role in the same step, or lower its threshold");
        }
        return new Keyring.RoleKeys(ids, threshold);
    }
}
