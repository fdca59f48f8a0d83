package io.bascule.imagebuilder.inspect;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at.
 *
 * @param subject what
 * @param level what such a check proves
 * @param outcome what came out
 * @param detail in words: what was found right, what is wrong, or why it was not checked
 * @param offset where on the disk (or in the file) it is wrong, in bytes; null if there is no such place
 */
public record Check(
        String subject,
        Level level,
        Outcome outcome,
        String detail,
        @Nullable Long offset) {
    /** What a check proves, from the least to the most. */
    public enum Level {
        /** It can be read as what it is; nothing is known of bytes that are not structure. */
        STRUCTURE("it can be read"),
        /** A checksum in it fits: it was not changed by accident. */
        CHECKSUM("not changed by accident"),
        /** Every byte leads up to a hash that the image itself names: all of it belongs together. */
        CONSISTENCY("every byte fits the root hash in the image"),
        /** A trusted key signed that hash. */
        ORIGIN("a trusted key vouches for it");

        private final String meaning;

        Level(String meaning) {
            this.meaning = meaning;
        }

        /** {@return what it means, in a few words} */
        public String meaning() {
            return meaning;
        }
    }

    /** What came out of a check. */
    public enum Outcome {
        OK,
        FAILED,
        /** There was nothing to check it with. */
        NOT_CHECKED
    }

    static Check ok(String subject, Level level, String detail) {
        return new Check(subject, level, Outcome.OK, detail, null);
    }

    static Check failed(String subject, Level level, String detail, @Nullable Long offset) {
        return new Check(subject, level, Outcome.FAILED, detail, offset);
    }

    static Check notChecked(String subject, Level level, String why) {
        return new Check(subject, level, Outcome.NOT_CHECKED, why, null);
    }
}
