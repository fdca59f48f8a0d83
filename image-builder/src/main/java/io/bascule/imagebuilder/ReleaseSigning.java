package io.bascule.imagebuilder;

import io.bascule.signing.KeyId;
import io.bascule.signing.Keyring;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Role;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Who signs a release, whom its hosts trust, and until when they may take it. The keys fit the keyring. */
public final class ReleaseSigning {
    private final List<Signer> signers;
    private final String keyringJson;
    private final TrustedKeys trusted;
    private final Instant expires;

    private ReleaseSigning(List<Signer> signers, String keyringJson, TrustedKeys trusted, Instant expires) {
        this.signers = signers;
        this.keyringJson = keyringJson;
        this.trusted = trusted;
        this.expires = expires;
    }

    /**
     * @param signers one to 16 with different keys; all sign release.json and payload
     * @param keyring the document that goes into the image, byte by byte; hosts believe what it says
     * @param expires when hosts stop to take the release as an update; fractions of a second are cut off
     * @throws MalformedDocumentException if {@code keyring} is not a keyring
     * @throws BuildException if hosts with this keyring would not take what these keys sign
     */
    public static ReleaseSigning of(List<Signer> signers, byte[] keyring, Instant expires)
            throws BuildException, MalformedDocumentException {
        var trusted = Keyring.read(keyring).trusted(Role.RELEASE);
        var ids = signers.stream().map(Signer::keyId).distinct().toList();
        if (ids.size() != signers.size() || ids.isEmpty()) {
            throw BuildException.badInput(
                    "the same key twice, or none at all", "give each signing key once; only different keys count");
        }
        var known = ids.stream().filter(trusted.ids()::contains).count();
        if (known < trusted.threshold()) {
            throw BuildException.badInput(
                    "the keyring wants releases signed by " + trusted.threshold() + " of its keys, and " + known
                            + " of those given are among them",
                    "sign with the keys of its role 'release' ("
                            + String.join(
                                    ", ",
                                    trusted.ids().stream().map(KeyId::toString).toList())
                            + "), or give the keyring that trusts yours");
        }
        return new ReleaseSigning(
                List.copyOf(signers),
                // A keyring that was read is UTF-8, so this is the same bytes.
                new String(keyring, StandardCharsets.UTF_8),
                trusted,
                expires.truncatedTo(ChronoUnit.SECONDS));
    }

    /** {@return who signs} */
    public List<Signer> signers() {
        return signers;
    }

    /** {@return the keyring's text, as it was given} */
    public String keyringJson() {
        return keyringJson;
    }

    /** {@return whom hosts with the keyring believe about releases} */
    public TrustedKeys trusted() {
        return trusted;
    }

    /** {@return when hosts stop to take the release as an update, in whole seconds} */
    public Instant expires() {
        return expires;
    }
}
