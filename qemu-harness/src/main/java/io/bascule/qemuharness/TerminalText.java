package io.bascule.qemuharness;

/**
 * Turns what is meant for a terminal into plain lines. Escape sequences vanish, but one that moves the cursor ends the
 * line: firmware and boot loaders paint their screens so, without any newline.
 *
 * @see <a href="https://ecma-international.org/publications-and-standards/standards/ecma-48/">ECMA-48</a>, sections 5.4
 *     (control sequences) and 5.6 (control strings)
 */
final class TerminalText {
    /** What {@link #translate} returns for a character that shows nothing. */
    static final char NOTHING = '\0';

    private static final char ESCAPE = '\u001b';
    private static final char BELL = '\u0007';

    /** The final bytes of the control sequences that move the cursor or clear the screen. */
    private static final String MOVES = "ABCDEFGHJSTdf";

    private enum State {
        TEXT,
        ESCAPED,
        CONTROL_SEQUENCE,
        CONTROL_STRING,
        CONTROL_STRING_ESCAPED
    }

    private State state = State.TEXT;

    /** {@return the character to show, a newline where a line ends, or {@link #NOTHING}} */
    char translate(char c) {
        return switch (state) {
            case TEXT -> text(c);
            case ESCAPED -> escaped(c);
            case CONTROL_SEQUENCE -> controlSequence(c);
            case CONTROL_STRING -> {
                if (c == ESCAPE) {
                    state = State.CONTROL_STRING_ESCAPED;
                } else if (c == BELL) {
                    state = State.TEXT;
                }
                yield NOTHING;
            }
            case CONTROL_STRING_ESCAPED -> {
                state = c == '\\' ? State.TEXT : State.CONTROL_STRING;
                yield NOTHING;
            }
        };
    }

    private char text(char c) {
        if (c == ESCAPE) {
            state = State.ESCAPED;
            return NOTHING;
        }
        if (c == '\r' || c == '\n') {
            return '\n';
        }
        return (c < ' ' && c != '\t') || c == 0x7f ? NOTHING : c;
    }

    private char escaped(char c) {
        state = switch (c) {
            case '[' -> State.CONTROL_SEQUENCE;
            // Device control, start of string, operating system command, privacy message, application program command.
            case 'P', 'X', ']', '^', '_' -> State.CONTROL_STRING;
            // Intermediate bytes, as in ESC ( B, which selects a character set.
            case ' ', '#', '%', '(', ')', '*', '+' -> State.ESCAPED;
            default -> State.TEXT;
        };
        return NOTHING;
    }

    private char controlSequence(char c) {
        if (c >= '@' && c <= '~') {
            state = State.TEXT;
            return MOVES.indexOf(c) >= 0 ? '\n' : NOTHING;
        }
        if (c < ' ') {
            // A control character breaks a sequence off; what it means still holds.
            state = State.TEXT;
            return text(c);
        }
        return NOTHING;
    }
}
