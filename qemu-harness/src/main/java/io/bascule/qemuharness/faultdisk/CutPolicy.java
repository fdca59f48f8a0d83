package io.bascule.qemuharness.faultdisk;

/** What becomes, in a power cut, of the writes that were not flushed. The same seed and writes give the same disk. */
public sealed interface CutPolicy {
    /** None of them has reached the disk. */
    record DropAll() implements CutPolicy {}

    /**
     * Each sector by itself holds any of the versions that were written to it, or what it held before, all equally likely:
     * later writes may be there and earlier ones not.
     */
    record Subset(long seed) implements CutPolicy {}

    /**
     * They have reached the disk in the order in which they came, up to somewhere inside one of them: of that one the first
     * sectors are there. One of a single sector is there or not.
     */
    record Torn(long seed) implements CutPolicy {}
}
