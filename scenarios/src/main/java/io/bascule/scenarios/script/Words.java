package io.bascule.scenarios.script;

import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.Fault;

/** Faults in the words of a timeline. */
final class Words {
    private Words() {}

    static String of(CutPolicy policy) {
        return switch (policy) {
            case CutPolicy.DropAll unused -> "all that was not flushed is lost";
            case CutPolicy.Subset subset -> "any of what was not flushed is lost (seed " + subset.seed() + ")";
            case CutPolicy.Torn torn -> "what was not flushed is torn (seed " + torn.seed() + ")";
        };
    }

    static String of(Fault fault) {
        return switch (fault) {
            case Fault.Stall stall -> "answers " + stall.each().toSeconds() + " s late";
            case Fault.FailReads reads -> "fails to read " + reads.range() + times(reads.times());
            case Fault.FailWrites writes -> "fails to write " + writes.range() + times(writes.times());
            case Fault.FailFlushes flushes -> "fails to flush" + times(flushes.times());
            case Fault.BitRot rot -> "returns other bytes than were written in " + rot.range();
            case Fault.IgnoreFlushes unused -> "says that it flushes, and does not";
        };
    }

    private static String times(long times) {
        return times == Fault.ALWAYS ? "" : ", " + times + (times == 1 ? " time" : " times");
    }
}
