package io.bascule.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.bascule.payload.InstallOperation;
import io.bascule.payload.OperationType;
import io.bascule.payload.PartitionUpdate;
import io.bascule.payload.PayloadManifest;
import io.bascule.payload.SourceMismatchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a payload holds, for people and for scripts. */
final class PayloadText {
    private PayloadText() {}

    /** {@return what to say of a payload that is not right, or does not fit} */
    static CliFailure failure(Path file, IOException e) {
        return new CliFailure(
                ExitCode.CHECK_FAILED,
                file + ": " + e.getMessage(),
                e instanceof SourceMismatchException
                        ? "a delta fits one earlier release only: name its folder with --from; `bascule payload inspect`"
                                + " tells the hashes of what it is made from"
                        : "get the file again from where it was built; if it is the same there, do not use it",
                e);
    }

    static String table(PayloadManifest manifest) {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%-12s %-14s %10s %14s %14s%n",
                "PARTITION",
                "OPERATION",
                "COUNT",
                "IN PAYLOAD",
                "WRITTEN"));
        for (var partition : manifest.partitions()) {
            operations(partition).forEach((type, sum) -> text.append(row(partition.name(), type.name(), sum)));
            var all = new Sum(0, 0, 0);
            for (var operation : partition.operations()) {
                all = all.and(operation);
            }
            text.append(row(partition.name(), "all", all));
        }
        manifest.partitions()
                .forEach(partition -> partition
                        .old()
                        .ifPresent(old -> text.append(String.format(
                                Locale.ROOT,
                                "%-12s is made from the one with SHA-256 %s%n",
                                partition.name(),
                                old.hash()))));
        return text.toString();
    }

    private static String row(String partition, String type, Sum sum) {
        return String.format(
                Locale.ROOT,
                "%-12s %-14s %10d %14d %14d%n",
                partition,
                type,
                sum.count(),
                sum.inPayload(),
                sum.written());
    }

    static void addTo(ArrayNode partitions, PayloadManifest manifest) {
        for (var partition : manifest.partitions()) {
            var node = partitions
                    .addObject()
                    .put("name", partition.name())
                    .put("size", partition.size().bytes())
                    .put("sha256", partition.hash().toString())
                    .put("sizeInPayload", dataSize(partition));
            partition
                    .old()
                    .ifPresent(old -> node.putObject("old")
                            .put("size", old.size().bytes())
                            .put("sha256", old.hash().toString()));
            var operations = node.putObject("operations");
            operations(partition)
                    .forEach((type, sum) -> operations
                            .putObject(type.name())
                            .put("count", sum.count())
                            .put("sizeInPayload", sum.inPayload())
                            .put("written", sum.written()));
        }
    }

    private static long dataSize(PartitionUpdate partition) {
        return partition.operations().stream()
                .mapToLong(InstallOperation::dataLength)
                .sum();
    }

    /** Operations of one type: how many, the bytes of their blobs, the bytes they write. */
    private record Sum(int count, long inPayload, long written) {
        Sum and(InstallOperation operation) {
            return new Sum(
                    count + 1,
                    inPayload + operation.dataLength(),
                    written + operation.size().bytes());
        }
    }

    private static Map<OperationType, Sum> operations(PartitionUpdate partition) {
        var sums = new TreeMap<OperationType, Sum>();
        for (var operation : partition.operations()) {
            sums.merge(operation.type(), new Sum(0, 0, 0).and(operation), (sum, unused) -> sum.and(operation));
        }
        return sums;
    }
}
