package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bascule.signing.release.Releases;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static final int SEED = 3004;
    private static final String PYTHON = """
            import json, sys
            text = open(sys.argv[1], encoding="utf-8").read()
            out = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            open(sys.argv[2], "wb").write(out.encode("utf-8"))
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"b\" : 1, \"a\":[ true ,false, null ] } | {\"a\":[true,false,null],\"b\":1}",
                "{\"aa\":0,\"a\":-0,\"B\":-9007199254740992} | {\"B\":-9007199254740992,\"a\":0,\"aa\":0}",
                "\"\\u0041\\/\\u0022\\u005c\" | \"A/\\\"\\\\\"",
                "\"\\b\\t\\n\\f\\r\\u0000\\u000b\\u001F\\u007f\" | \"\\b\\t\\n\\f\\r\\u0000\\u000b\\u001f\u007f\"",
                "\"\\u00e4\\u20AC\\ud83d\\uDE00\" | \"ä€😀\"",
                "{} | {}",
                "[] | []"
            })
    void hasOneFormForEachValue(String json, String expected) throws IOException {
        assertThat(new String(CanonicalJson.encode(new ObjectMapper().readTree(json)), UTF_8))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0",
                "1e3",
                "9007199254740993",
                "-9007199254740993",
                "1e999999",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "{\"\\u00e4\":1}",
                "{\"\\n\":1}"
            })
    void refusesWhatToolsWriteInDifferentWays(String json) throws IOException {
        var node = new ObjectMapper().readTree(json);
        assertThatThrownBy(() -> CanonicalJson.encode(node)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pythonWritesTheSameBytes() throws IOException {
        var python = ExternalTool.require("python3");
        var random = new Random(SEED);
        var values = JsonNodeFactory.instance.arrayNode();
        for (var i = 0; i < 500; i++) {
            values.add(value(random, 4));
        }
        values.add(Releases.unsigned());
        var script = Files.writeString(folder.resolve("canonical.py"), PYTHON);
        var in = Files.writeString(folder.resolve("in.json"), values.toPrettyString());
        var out = folder.resolve("out.json");
        python.run(script.toString(), in.toString(), out.toString());
        assertThat(out).hasBinaryContent(CanonicalJson.encode(values));
    }

    private static JsonNode value(Random random, int depth) {
        var nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> nodes.booleanNode(random.nextBoolean());
            case 1 -> nodes.nullNode();
            case 2 -> nodes.numberNode(random.nextLong(-(1L << 53), (1L << 53) + 1));
            case 3 -> nodes.textNode(text(random));
            case 4 -> {
                var array = nodes.arrayNode();
                for (var i = random.nextInt(5); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
            default -> {
                var object = nodes.objectNode();
                for (var i = random.nextInt(6); i > 0; i--) {
                    var name = new StringBuilder();
                    for (var k = random.nextInt(4); k > 0; k--) {
                        name.append((char) (' ' + random.nextInt('~' - ' ' + 1)));
                    }
                    object.set(name.toString(), value(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(10); i > 0; i--) {
            var c = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
            text.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
        }
        return text.toString();
    }
}
