package io.bascule.updateengine.slot;

import java.io.IOException;

/** A disk whose partitions are not those of a host with two slots. Nothing can be updated on it. */
public final class SlotLayoutException extends IOException {
    SlotLayoutException(String problem) {
        super(problem);
    }
}
