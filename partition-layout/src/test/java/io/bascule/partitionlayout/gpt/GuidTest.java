package io.bascule.partitionlayout.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuidTest {
    private static final String ESP = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";

    @Test
    void printsWhatItParsed() {
        assertThat(Guid.parse(ESP)).hasToString(ESP);
        assertThat(Guid.parse("C12A7328-F81F-11D2-BA4B-00A0C93EC93B")).hasToString(ESP);
        assertThat(Guid.parse("00000000-0000-0001-8000-000000000000"))
                .hasToString("00000000-0000-0001-8000-000000000000");
    }

    @Test
    void standsOnDiskWithItsFirstThreeGroupsReversed() {
        var bytes = ByteBuffer.allocate(16);
        Guid.parse(ESP).put(bytes);
        assertThat(HexFormat.of().formatHex(bytes.array())).isEqualTo("28732ac11ff8d211ba4b00a0c93ec93b");
        assertThat(Guid.get(bytes.flip())).isEqualTo(Guid.parse(ESP));
    }

    @Test
    void takesHexDigitsInTextOrder() {
        assertThat(Guid.ofHex("00112233445566778899AABBCCDDEEFF")).hasToString("00112233-4455-6677-8899-aabbccddeeff");
    }

    @Test
    void derivesTheExampleOfRfc9562() {
        // RFC 9562, appendix B.2: the DNS namespace and "www.example.com".
        var name = new ByteArrayOutputStream();
        name.writeBytes(HexFormat.of().parseHex("6ba7b8109dad11d180b400c04fd430c8"));
        name.writeBytes("www.example.com".getBytes(StandardCharsets.US_ASCII));
        assertThat(Guid.nameBased(name.toByteArray())).hasToString("5c146b14-3c52-8afd-938a-375d0df1fbf6");
    }

    @Test
    void derivesTheSameForTheSameNameOnly() {
        assertThat(Guid.nameBased("bascule:disk")).isEqualTo(Guid.nameBased("bascule:disk"));
        assertThat(Guid.nameBased("bascule:disk")).isNotEqualTo(Guid.nameBased("bascule:esp"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c12a7328f81f11d2ba4b00a0c93ec93b",
                "c12a7328-f81f-11d2-ba4b-00a0c93ec93",
                "c12a7328-f81f-11d2-ba4b-00a0c93ec93bb",
                "c12a7328-f81f-11d2-ba4b-00a0c93ec93g",
                "c12a7328-f81f-11d2ba4b--00a0c93ec93b",
                "-12a7328-f81f-11d2-ba4b-00a0c93ec93b",
                "{12a7328-f81f-11d2-ba4b-00a0c93ec93}",
            })
    void refusesOtherText(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Guid.parse(text)).withMessageContaining(text);
    }
}
