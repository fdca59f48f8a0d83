package io.bascule.payload;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether operations write each block of a partition once. */
final class ExtentCoverage {
    private ExtentCoverage() {}

    /** {@return what is wrong, if anything is} */
    static Optional<String> problem(List<InstallOperation> operations, long blockCount) {
        // Sorted rather than marked in a bit set: memory goes by the manifest's size, not by a number that it claims.
        var extents = operations.stream()
                .flatMap(operation -> operation.destinations().stream())
                .sorted(Comparator.comparingLong(Extent::startBlock))
                .toList();
        var covered = 0L;
        for (var extent : extents) {
            if (extent.startBlock() < covered) {
                return Optional.of("block " + extent.startBlock() + " is written twice");
            }
            if (extent.startBlock() > covered) {
                return Optional.of("block " + covered + " is not written");
            }
            if (extent.end() > blockCount) {
                return Optional.of("block " + (extent.end() - 1) + " is beyond the " + blockCount + " there are");
            }
            covered = extent.end();
        }
        return covered == blockCount ? Optional.empty() : Optional.of("block " + covered + " is not written");
    }
}
