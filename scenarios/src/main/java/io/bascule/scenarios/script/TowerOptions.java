package io.bascule.scenarios.script;

import io.bascule.partitionlayout.ByteCount;
import java.time.Instant;
import java.util.Optional;

/**
 * What sort of machine a host is.
 *
 * @param memory of the machine
 * @param clock what its clock says at power-on; nothing for the right time
 */
public record TowerOptions(ByteCount memory, Optional<Instant> clock) {
    public TowerOptions() {
        this(ByteCount.ofGiB(1), Optional.empty());
    }

    public TowerOptions withMemory(ByteCount other) {
        return new TowerOptions(other, clock);
    }

    public TowerOptions withClock(Instant other) {
        return new TowerOptions(memory, Optional.of(other));
    }

    @Override
    public String toString() {
        return memory + " of memory"
                + clock.map(time -> ", its clock says " + time).orElse("");
    }
}
