package io.bascule.partitionlayout.gpt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PartitionTypeTest {
    @Test
    void hasTheGuidsOfTheSpecification() throws IOException {
        try (var table = PartitionTypeTest.class.getResourceAsStream("discoverable-partition-types.csv")) {
            var specified = new String(Objects.requireNonNull(table).readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.split(",", -1))
                    .collect(Collectors.toMap(row -> row[0], row -> Guid.parse(row[1])));
            var ours = Arrays.stream(PartitionType.values())
                    .collect(Collectors.toMap(PartitionType::name, PartitionType::guid));
            assertThat(ours).isEqualTo(specified);
        }
    }

    @Test
    void isFoundByItsGuid() {
        for (var type : PartitionType.values()) {
            assertThat(PartitionType.of(type.guid())).contains(type);
        }
        assertThat(PartitionType.of(Guid.nameBased("no such type"))).isEmpty();
    }
}
