package io.bascule.partitionlayout;

import java.io.IOException;
import java.util.Locale;

/** Foreign bytes that are not what their format allows: which format, which field, where, and what was found. */
public final class MalformedFormatException extends IOException {
    private final String format;
    private final String field;
    private final long byteOffset;

    /**
     * @param format the structure being read, like {@code GPT header}
     * @param field the field at fault, as its specification names it
     * @param byteOffset where the field begins, in bytes from the start of what is being read
     * @param problem what was expected and what was found. Control characters in it are not shown: names and texts out of
     *     foreign bytes may stand in it as they are
     */
    public MalformedFormatException(String format, String field, long byteOffset, String problem) {
        super(ForeignText.printable(String.format(
                Locale.ROOT, "%s: %s at offset %d (0x%x): %s", format, field, byteOffset, byteOffset, problem)));
        this.format = format;
        this.field = field;
        this.byteOffset = byteOffset;
    }

    public String format() {
        return format;
    }

    public String field() {
        return field;
    }

    /** {@return where the field begins, in bytes from the start of what was being read} */
    public long byteOffset() {
        return byteOffset;
    }
}
