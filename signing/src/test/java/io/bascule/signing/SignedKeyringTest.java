package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.KeyPair;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SignedKeyringTest {
    private static final Keyring OLD = Rotations.keyring(1, 2, Keys.EC, Keys.SECOND_EC);
    private static final Keyring NEW = Rotations.keyring(2, 1, Keys.SECOND_EC, Keys.RSA);

    private static KeyId id(KeyPair pair) {
        return KeyId.of(pair.getPublic());
    }

    @Test
    void countsWhoHasSignedAndWhoHasNot() throws IOException {
        var draft = SignedKeyring.unsigned(NEW);
        assertThat(draft.keyring()).isEqualTo(NEW);
        assertThat(draft.progress(OLD).missing()).isEqualTo(2);
        assertThat(draft.progress(NEW).missing()).isEqualTo(1);
        assertThat(draft.namedKeys()).isEmpty();

        var once = draft.signedWith(Keys.signers(Keys.SECOND_EC));
        assertThat(once.progress(OLD))
                .isEqualTo(new SignedKeyring.Progress(
                        2, new TreeSet<>(Set.of(id(Keys.SECOND_EC))), new TreeSet<>(Set.of(id(Keys.EC)))));
        assertThat(once.progress(NEW).missing()).isZero();

        // As another person would, from the file.
        var twice = SignedKeyring.read("keyring-2.json", once.toJson().getBytes(UTF_8))
                .signedWith(Keys.signers(Keys.EC, Keys.RSA));
        assertThat(twice.progress(OLD).missing()).isZero();
        assertThat(twice.progress(NEW).missing()).isZero();
        assertThat(twice.namedKeys()).hasSize(3);
        assertThat(KeyringRotation.next(OLD, "keyring-2.json", twice.toJson().getBytes(UTF_8)))
                .isEqualTo(NEW);
    }

    @Test
    void aKeyThatSignsAgainReplacesItsSignature() throws IOException {
        var root = Rotations.tree(Rotations.signed(NEW, Keys.EC));
        root.put("version", 3);
        var stale = SignedKeyring.read("keyring-3.json", Rotations.bytes(root));
        assertThat(stale.progress(OLD).signed()).isEmpty();
        assertThat(stale.namedKeys()).containsExactly(id(Keys.EC));
        var fresh = stale.signedWith(Keys.signers(Keys.EC));
        assertThat(fresh.progress(OLD).signed()).containsExactly(id(Keys.EC));
        assertThat(Rotations.signatures(Rotations.tree(fresh.toJson().getBytes(UTF_8))))
                .hasSize(1);
    }

    /** A later version may say more about keys, and what it says is signed. */
    @Test
    void whatIsNotKnownStaysInTheDocument() throws IOException {
        var root = Rotations.tree(NEW.toJson().getBytes(UTF_8));
        root.putObject("later").put("a", 1);
        var signed = SignedKeyring.read("keyring-2.json", Rotations.bytes(root))
                .signedWith(Keys.signers(Keys.EC, Keys.SECOND_EC));
        var json = signed.toJson().getBytes(UTF_8);
        assertThat(Rotations.tree(json).path("later").path("a").intValue()).isEqualTo(1);
        assertThat(KeyringRotation.next(OLD, "keyring-2.json", json)).isEqualTo(NEW);
    }

    @Test
    void whatNobodyCanSignIsRefused() throws IOException {
        var root = Rotations.tree(NEW.toJson().getBytes(UTF_8)).put("later", 1.5);
        assertThatThrownBy(() -> SignedKeyring.read("keyring-2.json", Rotations.bytes(root)))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("keyring-2.json: it cannot have been signed: a number that is not whole");
    }
}
