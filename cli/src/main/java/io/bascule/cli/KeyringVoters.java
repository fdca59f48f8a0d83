package io.bascule.cli;

import io.bascule.signing.Keyring;
import io.bascule.signing.Role;
import io.bascule.signing.Signer;
import java.util.List;
import java.util.Optional;

/** Whose signatures under a keyring can count: the role {@code keyring} of it and of the version before. */
final class KeyringVoters {
    private KeyringVoters() {}

    /** Complains of a signer whose signature would count nothing. */
    static void require(List<Signer> signers, Keyring keyring, Optional<Keyring> before) throws CliFailure {
        for (var signer : signers) {
            var id = signer.keyId();
            if (keyring.roleKeys(Role.KEYRING).keys().contains(id)
                    || before.filter(old -> old.roleKeys(Role.KEYRING).keys().contains(id))
                            .isPresent()) {
                continue;
            }
            var versions = before.isPresent()
                    ? "neither in version " + (keyring.version() - 1) + " nor in version " + keyring.version()
                    : "not in version " + keyring.version() + ", and the version before is not at hand";
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "key " + id + " has the role 'keyring' " + versions + ", so its signature would count nothing",
                    before.isPresent()
                            ? "sign with a key of that role; `bascule keys show` tells which"
                            : "name the keyring of version " + (keyring.version() - 1) + " with --previous");
        }
    }
}
