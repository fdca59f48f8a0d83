package io.bascule.cli;

import io.bascule.signing.external.Signers;
import picocli.CommandLine.ITypeConverter;

/**
 * A key as the user names it: a file or a URI.
 *
 * @param text as it was typed
 */
record KeyArgument(String text) {
    /** {@return the same key, for a call in another working folder} */
    @Override
    public String toString() {
        return Signers.absolute(text);
    }

    /** Takes any text; what is wrong with it is said when the key is wanted. */
    static final class Converter implements ITypeConverter<KeyArgument> {
        @Override
        public KeyArgument convert(String text) {
            return new KeyArgument(text);
        }
    }
}
