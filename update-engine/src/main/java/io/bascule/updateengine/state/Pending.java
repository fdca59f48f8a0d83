package io.bascule.updateengine.state;

import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.release.Version;
import java.time.Instant;

/**
 * A switch to another slot that is not judged yet.
 *
 * @param slot the one to switch to
 * @param version of the release that is, or will be, in it
 * @param rootHash of that release's {@code /usr}
 * @param identity SHA-256 of that release's UKI
 * @param from version of the release that ran when this began
 * @param bootId of the boot in which this began: another boot means that the switch was tried
 * @param since when this began
 */
public record Pending(
        Action action,
        Step step,
        Slot slot,
        Version version,
        RootHash rootHash,
        Sha256Digest identity,
        Version from,
        String bootId,
        Instant since) {

    /** What was asked for. */
    public enum Action {
        UPDATE,
        ROLLBACK
    }

    /** How far it has come. */
    public enum Step {
        /** The slot is being written; it cannot boot. */
        WRITING,
        /** The boot entries are being, or have been, changed: the next boot may start it. */
        ARMED
    }

    public Pending armed() {
        return new Pending(action, Step.ARMED, slot, version, rootHash, identity, from, bootId, since);
    }
}
