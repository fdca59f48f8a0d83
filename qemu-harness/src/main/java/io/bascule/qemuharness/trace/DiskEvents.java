package io.bascule.qemuharness.trace;

/** Hears of each event of a disk, one at a time and in the order in which the disk was told. */
@FunctionalInterface
public interface DiskEvents {
    void accept(DiskEvent event);
}
