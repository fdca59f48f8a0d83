package io.bascule.firstboot.document;

import java.util.List;
import java.util.Map;

/** The values of a document as they were written. Line numbers begin at 1. */
sealed interface Tree {
    int line();

    /** @param entries in the order of the document */
    record Mapping(int line, Map<String, Tree> entries) implements Tree {}

    record Sequence(int line, List<Tree> items) implements Tree {}

    /** @param text as it was written, without quotes */
    record Scalar(int line, Kind kind, String text) implements Tree {}

    enum Kind {
        TEXT,
        NUMBER,
        FLAG,
        NULL
    }
}
