package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;

/** What a boot comes to. */
public sealed interface BootOutcome {
    /**
     * A kernel image that is whole finds its slot, and each block of that is right.
     *
     * @param file the entry's name on the ESP
     */
    record Boots(String file, String version, Slot slot, RootHash rootHash) implements BootOutcome {}

    /** An entry is started and does not come up: the host restarts, and if the entry has a counter it lost a try. */
    record Fails(String file, boolean counted, String reason) implements BootOutcome {}

    /** Nothing is started, or nothing that will ever come up. Somebody has to go there. */
    record Bricked(String reason) implements BootOutcome {}
}
