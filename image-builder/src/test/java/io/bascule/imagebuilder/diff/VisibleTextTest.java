package io.bascule.imagebuilder.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** Shows foreign bytes so that they can neither hide nor do anything, and different ones differently. */
class VisibleTextTest {
    @Test
    void keepsWhatPeopleCanRead() {
        assertThat(VisibleText.of("größer 漢字 😀 a b.conf")).isEqualTo("größer 漢字 😀 a b.conf");
    }

    @Test
    void escapesWhatPrintsNothingOrMovesOtherText() {
        assertThat(VisibleText.of("a\u001b[2J\n\t\0\u007f")).isEqualTo("a\\x1b[2J\\x0a\\x09\\x00\\x7f");
        assertThat(VisibleText.of("\u202e\u200b\u2028\u0085"))
                .isEqualTo("\\xe2\\x80\\xae\\xe2\\x80\\x8b\\xe2\\x80\\xa8\\xc2\\x85");
        assertThat(VisibleText.of("a\\x2db")).isEqualTo("a\\\\x2db");
        assertThat(VisibleText.line("a\\\tb\u001b")).isEqualTo("a\\\tb\\x1b");
    }

    @Test
    void escapesBytesThatAreNotUtf8() {
        assertThat(VisibleText.of(new byte[] {'a', -1, 'b', (byte) 0xC3})).isEqualTo("a\\xffb\\xc3");
        // A surrogate, and a form that is longer than it has to be.
        assertThat(VisibleText.of(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xC0, (byte) 0xAF}))
                .isEqualTo("\\xed\\xa0\\x80\\xc0\\xaf");
        assertThat(VisibleText.of(new byte[0])).isEmpty();
    }

    @Test
    void givesDifferentBytesDifferentTexts() {
        var texts = new HashSet<String>();
        for (var first = 0; first < 256; first++) {
            for (var second = 0; second < 256; second++) {
                texts.add(VisibleText.of(new byte[] {(byte) first, (byte) second}));
            }
        }
        assertThat(texts).hasSize(256 * 256);
        assertThat(texts).allMatch(text -> text.chars().noneMatch(Character::isISOControl));
        assertThat(VisibleText.of("\\xff")).isNotEqualTo(VisibleText.of(new byte[] {-1}));
    }
}
