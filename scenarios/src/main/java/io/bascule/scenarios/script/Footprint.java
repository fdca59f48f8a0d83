package io.bascule.scenarios.script;

import io.bascule.partitionlayout.ByteCount;

/**
 * What the engine takes of a host's disk.
 *
 * @param espFree what is free on the ESP
 * @param state the engine's folder on STATE
 * @param entries files beside each other where boot entries are
 */
public record Footprint(ByteCount espFree, ByteCount state, int entries) {
    @Override
    public String toString() {
        return espFree + " free on the ESP, " + state.bytes() + " bytes of state, " + entries + " boot entries";
    }
}
