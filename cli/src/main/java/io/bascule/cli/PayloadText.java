package io.bascule.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.bascule.payload.InstallOperation;
import io.bascule.payload.OperationType;
import io.bascule.payload.PartitionUpdate;
import io.bascule.payload.PayloadManifest;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a payload holds, for people and for scripts. */
final class PayloadText {
    private PayloadText() {}

    static String table(PayloadManifest manifest) {
        var text = new StringBuilder();
        text.append(
                String.format(Locale.ROOT, "%-12s %14s %14s  %s%n", "PARTITION", "BYTES", "IN PAYLOAD", "OPERATIONS"));
        for (var partition : manifest.partitions()) {
            var operations = new StringBuilder();
            operations(partition)
                    .forEach((type, count) -> operations
                            .append(operations.isEmpty() ? "" : ", ")
                            .append(count)
                            .append(' ')
                            .append(type));
            text.append(String.format(
                    Locale.ROOT,
                    "%-12s %14d %14d  %s%n",
                    partition.name(),
                    partition.size().bytes(),
                    dataSize(partition),
                    operations));
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
            operations(partition).forEach((type, count) -> operations.put(type.name(), count));
        }
    }

    private static long dataSize(PartitionUpdate partition) {
        return partition.operations().stream()
                .mapToLong(InstallOperation::dataLength)
                .sum();
    }

    private static Map<OperationType, Integer> operations(PartitionUpdate partition) {
        var counts = new TreeMap<OperationType, Integer>();
        partition.operations().forEach(operation -> counts.merge(operation.type(), 1, Integer::sum));
        return counts;
    }
}
