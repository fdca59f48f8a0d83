package io.bascule.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtoReaderTest {
    private static final long BASE = 1000;

    private static PayloadManifest decode(String hex) throws IOException {
        return ManifestReader.decode(HexFormat.of().parseHex(hex.replace(" ", "")), BASE);
    }

    @ParameterizedTest
    @CsvSource({
        "18 80a000, block_size, 1000, a varint longer",
        "2000 18 ffffffffffffffffff02, block_size, 1002, a varint of more than 64 bits",
        "18 ffffffffffffffffffff01, block_size, 1000, a varint of more than 10 bytes",
        "18 ffffffffffffffffff01, block_size, 1000, too large: 18446744073709551615",
        "18, block_size, 1000, the message ends within it",
        "1a 00, block_size, 1000, 'wire type 2, expected 0'",
        "2000 68 00, partitions, 1002, 'wire type 0, expected 2'",
        "6a 03 0a 09 70, partition_name, 1002, 9 bytes long",
        "6a ffffffff0f, partitions, 1000, 4294967295 bytes long",
        "6a ffffffffffffffffff01, partitions, 1000, 18446744073709551615 bytes long",
        "00 00, tag, 1000, no field has the number 0",
        "ab06 00, field 101, 1000, wire type 3",
        "ac06, field 101, 1000, wire type 4",
        "ae06, field 101, 1000, wire type 6",
        "a906 0000, field 101, 1000, the message ends within it",
    })
    void refusesBadEncodings(String hex, String field, long offset, String problem) {
        assertThatThrownBy(() -> decode(hex))
                .asInstanceOf(type(MalformedFormatException.class))
                .satisfies(e -> {
                    assertThat(e.field()).isEqualTo(field);
                    assertThat(e.byteOffset()).isEqualTo(offset);
                    assertThat(e).hasMessageContaining(problem);
                });
    }

    @Test
    void passesOverUnknownFieldsOfEveryWireType() throws IOException {
        var manifest = decode("a806 ff01  a906 0102030405060708  aa06 02 ffff  ad06 01020304  2000 2800");
        assertThat(manifest.partitions()).isEmpty();
    }

    @Test
    void readsNegativeTimestamps() throws IOException {
        assertThat(decode("2000 2800 70 ffffffffffffffffff01").maxTimestamp()).hasValue(-1);
    }
}
