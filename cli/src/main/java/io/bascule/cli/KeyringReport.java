package io.bascule.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.ForeignText;
import io.bascule.signing.KeyId;
import io.bascule.signing.Keyring;
import io.bascule.signing.SignedKeyring;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether a keyring has the signatures by which hosts take it as the next one, and who must sign still.
 *
 * @param before the version before it; without it half the answer stays open
 */
record KeyringReport(SignedKeyring document, Optional<Keyring> before) {

    private Keyring keyring() {
        return document.keyring();
    }

    /** {@return whether it has all signatures that it needs; false if that cannot be told} */
    boolean complete() {
        return before.filter(voters -> document.progress(voters).missing() == 0).isPresent()
                && document.progress(keyring()).missing() == 0;
    }

    void print(PrintStream out) {
        out.println("signatures for who trusts version " + (keyring().version() - 1));
        before.ifPresentOrElse(
                voters -> print(out, voters, "the version before"),
                () -> out.println("  by keys of version " + (keyring().version() - 1)
                        + ": not known; name that keyring with --previous"));
        print(out, keyring(), "its own");
        var useless = useless();
        if (before.isPresent() && !useless.isEmpty()) {
            out.println("  of no use, because wrong or by keys that need not sign:");
            useless.forEach(id -> out.println("    " + id));
        }
        if (before.isPresent()) {
            out.println(
                    complete()
                            ? "  complete: who trusts version " + (keyring().version() - 1) + " can go on to this one"
                            : "  NOT COMPLETE: nobody takes it yet");
        }
    }

    private void print(PrintStream out, Keyring voters, String whose) {
        var progress = document.progress(voters);
        out.println("  by keys of version " + voters.version() + " (" + whose + "): "
                + progress.signed().size() + " of " + progress.threshold() + " needed"
                + (progress.missing() == 0 ? "" : "; " + progress.missing() + " more of these must sign:"));
        if (progress.missing() > 0) {
            progress.open().forEach(id -> out.println("    " + id + "  " + comment(voters, id)));
        }
    }

    /** {@return the comment of a key, as a terminal may show it} */
    static String comment(Keyring keyring, KeyId id) {
        var key = keyring.keys().get(id);
        return key == null ? "" : ForeignText.printable(key.comment());
    }

    /** {@return the keys whose signatures are there and do not count in either keyring} */
    private Collection<KeyId> useless() {
        var useless = new TreeSet<>(document.namedKeys());
        useless.removeAll(document.progress(keyring()).signed());
        before.ifPresent(voters -> useless.removeAll(document.progress(voters).signed()));
        return useless;
    }

    /** Adds {@code complete} (if it can be told) and {@code signatures} to what a command prints. */
    void addTo(ObjectNode root) {
        if (before.isPresent()) {
            root.put("complete", complete());
        }
        var signatures = root.putArray("signatures");
        before.ifPresent(voters -> add(signatures, voters));
        add(signatures, keyring());
    }

    private void add(ArrayNode signatures, Keyring voters) {
        var progress = document.progress(voters);
        var node = signatures
                .addObject()
                .put("keysOfVersion", voters.version())
                .put("threshold", progress.threshold())
                .put("missing", progress.missing());
        var signed = node.putArray("signed");
        progress.signed().forEach(id -> signed.add(id.toString()));
        var open = node.putArray("notSigned");
        progress.open().forEach(id -> open.add(id.toString()));
    }
}
