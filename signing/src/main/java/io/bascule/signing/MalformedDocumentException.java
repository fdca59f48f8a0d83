package io.bascule.signing;

import java.io.IOException;

/** A JSON document that is not what its format allows: which document, which field, and what is wrong with it. */
public final class MalformedDocumentException extends IOException {
    private final String document;
    private final String field;

    /**
     * @param document what was read, like {@code release.json}
     * @param field path of the field at fault, like {@code roles.release.threshold}; empty for the document as a whole
     * @param problem what was expected and what was found. Control characters in it are not shown: texts from outside may
     *     stand in it as they are
     */
    public MalformedDocumentException(String document, String field, String problem) {
        super(ForeignText.printable(document + ": " + (field.isEmpty() ? "" : field + ": ") + problem));
        this.document = document;
        this.field = field;
    }

    public String document() {
        return document;
    }

    /** {@return the path of the field at fault; empty for the document as a whole} */
    public String field() {
        return field;
    }
}
