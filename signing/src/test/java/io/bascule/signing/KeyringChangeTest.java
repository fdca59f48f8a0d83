package io.bascule.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.security.KeyPair;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyringChangeTest {
    private static final Set<Role> BOTH = EnumSet.allOf(Role.class);
    private static final Keyring OLD = Rotations.keyring(7, 2, Keys.EC, Keys.SECOND_EC);

    private static KeyId id(KeyPair pair) {
        return KeyId.of(pair.getPublic());
    }

    private static KeyringChange.Addition add(Set<Role> roles, KeyPair pair) {
        return new KeyringChange.Addition(Keyring.Key.of(pair.getPublic(), "new"), roles);
    }

    private static KeyringChange.Removal remove(Set<Role> roles, KeyPair pair) {
        return new KeyringChange.Removal(id(pair).toString(), roles);
    }

    @Test
    void keysComeAndGoAndVersionsCountUp() throws Exception {
        var next = new KeyringChange(
                        List.of(add(BOTH, Keys.RSA)), List.of(remove(BOTH, Keys.EC)), Map.of(Role.RELEASE, 2))
                .applyTo(OLD);
        assertThat(next.version()).isEqualTo(8);
        assertThat(next.keys().keySet()).containsExactlyInAnyOrder(id(Keys.RSA), id(Keys.SECOND_EC));
        assertThat(next.keys()).containsEntry(id(Keys.RSA), Keyring.Key.of(Keys.RSA.getPublic(), "new"));
        assertThat(next.roleKeys(Role.RELEASE).threshold()).isEqualTo(2);
        assertThat(next.roleKeys(Role.KEYRING).threshold()).isEqualTo(2);
    }

    @Test
    void aKeyCanHaveOneRoleOnlyAndLoseOneOnly() throws Exception {
        var next = new KeyringChange(
                        List.of(add(EnumSet.of(Role.KEYRING), Keys.RSA)),
                        List.of(remove(EnumSet.of(Role.RELEASE), Keys.EC)),
                        Map.of())
                .applyTo(OLD);
        assertThat(next.roleKeys(Role.RELEASE).keys()).containsExactly(id(Keys.SECOND_EC));
        assertThat(next.roleKeys(Role.KEYRING).keys())
                .containsExactlyInAnyOrder(id(Keys.EC), id(Keys.SECOND_EC), id(Keys.RSA));
        assertThat(next.keys()).hasSize(3);
    }

    @Test
    void aThresholdOutOfReachNamesItsRole() {
        refuses(
                new KeyringChange(List.of(), List.of(remove(BOTH, Keys.EC)), Map.of()),
                "role keyring: 2 keys must sign, and there would be 1",
                "add another key");
        refuses(
                new KeyringChange(List.of(), List.of(), Map.of(Role.RELEASE, 3)),
                "role release: 3 keys must sign, and there would be 2",
                "lower its threshold");
        refuses(
                new KeyringChange(
                        List.of(),
                        List.of(
                                remove(EnumSet.of(Role.RELEASE), Keys.EC),
                                remove(EnumSet.of(Role.RELEASE), Keys.SECOND_EC)),
                        Map.of()),
                "role release: 1 keys must sign, and there would be 0",
                "add another key");
        refuses(
                new KeyringChange(List.of(), List.of(), Map.of(Role.RELEASE, 0)),
                "would trust everybody",
                "at least 1");
    }

    @Test
    void keysAreNamedByHowTheirIdsBegin() throws Exception {
        var prefix = id(Keys.EC).toString().substring(0, 8);
        var change =
                new KeyringChange(List.of(), List.of(new KeyringChange.Removal(prefix, BOTH)), Map.of(Role.KEYRING, 1));
        assertThat(change.applyTo(OLD).keys().keySet()).containsExactly(id(Keys.SECOND_EC));
        for (var wrong : List.of(prefix.substring(0, 7), "", "00000000", "keyring.json", id(Keys.EC) + "0")) {
            refuses(
                    new KeyringChange(List.of(), List.of(new KeyringChange.Removal(wrong, BOTH)), Map.of()),
                    "no key of the keyring has an id that is or begins with '" + wrong + "'",
                    "first 8 digits");
        }
        refuses(
                new KeyringChange(List.of(), List.of(remove(BOTH, Keys.EC), remove(BOTH, Keys.EC)), Map.of()),
                "has no such role, or is removed twice",
                "bascule keys show");
    }

    @Test
    void whatChangesNothingIsRefused() {
        refuses(new KeyringChange(List.of(), List.of(), Map.of()), "nothing would change", "another threshold");
        refuses(
                new KeyringChange(List.of(add(BOTH, Keys.EC)), List.of(), Map.of(Role.KEYRING, 2)),
                "nothing would change",
                "which keys");
    }

    @Test
    void numbersHaveLimits() {
        var many = new ArrayList<KeyringChange.Addition>();
        Rotations.newKeys(Keyring.MAX_KEYS).forEach(pair -> many.add(add(BOTH, pair)));
        refuses(new KeyringChange(many, List.of(), Map.of()), "66 keys, and a keyring has at most 64", "remove some");
        var last = Rotations.keyring(Keyring.MAX_VERSION, 1, Keys.EC);
        assertThatThrownBy(() -> new KeyringChange(List.of(add(BOTH, Keys.RSA)), List.of(), Map.of()).applyTo(last))
                .hasMessageContaining("the highest version that there can be, 2147483647");
    }

    private static void refuses(KeyringChange change, String problem, String remedy) {
        assertThatThrownBy(() -> change.applyTo(OLD))
                .asInstanceOf(type(KeyringChangeException.class))
                .satisfies(e -> {
                    assertThat(e).hasMessageContaining(problem);
                    assertThat(e.remedy()).contains(remedy);
                });
    }
}
