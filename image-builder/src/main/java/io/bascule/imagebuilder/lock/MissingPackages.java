package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.imagebuilder.source.MirrorFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The one complaint about all locked packages that cannot be had. */
final class MissingPackages {
    private static final String LOCK_AGAIN =
            "`bascule lock` takes what the mirror has today; or name a mirror that keeps"
                    + " old packages, as Debian's snapshot archive does, with --mirror and --security-mirror";

    private MissingPackages() {}

    /** Why a package cannot be had. */
    enum Reason {
        GONE,
        OTHER_BYTES,
        UNREACHABLE
    }

    /** @param says the reason in words, without the package's name */
    record Refusal(LockedPackage item, Reason reason, String says) {}

    static BuildException explain(List<Refusal> refusals, Lock lock, AptMirrors mirrors, MirrorFile mirrorFile)
            throws InterruptedException {
        var gone = refusals.stream()
                .filter(refusal -> refusal.reason() == Reason.GONE)
                .map(Refusal::item)
                .toList();
        var today = MirrorVersions.of(gone, lock.suite().orElseThrow(), mirrors, mirrorFile);
        // By reason: a mirror that does not answer says the same about all.
        var byReason = new TreeMap<String, List<String>>();
        for (var refusal : refusals) {
            var now = Optional.ofNullable(today.get(refusal.item().key()));
            byReason.computeIfAbsent(refusal.says(), says -> new ArrayList<>())
                    .add(refusal.item()
                            + now.map(version -> ", the mirror now has " + version)
                                    .orElse(""));
        }
        var text = new StringBuilder()
                .append(refusals.size())
                .append(" of ")
                .append(lock.packages().size())
                .append(" locked packages are not in the cache and cannot be downloaded:");
        byReason.forEach((says, items) ->
                text.append("\n  ").append(says).append(":\n    ").append(String.join("\n    ", items)));
        var unreachable = refusals.stream().allMatch(refusal -> refusal.reason() == Reason.UNREACHABLE);
        return new BuildException(
                unreachable ? BuildException.Kind.IO : BuildException.Kind.BAD_INPUT,
                text.toString(),
                unreachable
                        ? "connect to the mirror, name another with --mirror and --security-mirror, or give with --cache"
                                + " the cache of a machine that has them"
                        : LOCK_AGAIN);
    }
}
