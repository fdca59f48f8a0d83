package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TerminalTextTest {
    static Stream<Arguments> shown() {
        return Stream.of(
                Arguments.of("plain text", "plain text"),
                Arguments.of("a\tb", "a\tb"),
                Arguments.of("one\r\ntwo\n", "one\n\ntwo\n"),
                Arguments.of("\u001b[0;1;32m  OK  \u001b[0m started", "  OK   started"),
                Arguments.of("\u001b[2J\u001b[01;01HBdsDxe: x", "\n\nBdsDxe: x"),
                Arguments.of("in 5 s\u001b[05;01Hin 4 s", "in 5 s\nin 4 s"),
                Arguments.of("\u001b[Kerased", "erased"),
                Arguments.of("a\u001b]0;a title\u0007b", "ab"),
                Arguments.of("a\u001b]3008;start=1\u001b\\b", "ab"),
                Arguments.of("a\u001bP a [ string \u001b\\b", "ab"),
                Arguments.of("a\u001b(Bb", "ab"),
                Arguments.of("a\u001b=b", "ab"),
                Arguments.of("a\u001b[12\nb", "a\nb"),
                Arguments.of("a\u0007\b\u007f\0b", "ab"),
                Arguments.of("broken off\u001b[", "broken off"));
    }

    @ParameterizedTest
    @MethodSource("shown")
    void showsTextAndDropsSequences(String raw, String shown) {
        var terminal = new TerminalText();
        var text = new StringBuilder();
        raw.chars().map(c -> terminal.translate((char) c)).forEach(c -> {
            if (c != TerminalText.NOTHING) {
                text.append((char) c);
            }
        });

        assertThat(text).hasToString(shown);
    }
}
