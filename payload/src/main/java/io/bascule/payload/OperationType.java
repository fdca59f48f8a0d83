package io.bascule.payload;

import java.util.Optional;
import java.util.stream.Stream;

/** How a blob becomes blocks: {@code InstallOperation.Type}, as far as full payloads use it. */
public enum OperationType {
    /** The blob is the content; zeros fill its last block. */
    REPLACE(0),
    /** One bzip2 stream. */
    REPLACE_BZ(1),
    /** One xz stream. */
    REPLACE_XZ(8);

    private final int number;

    OperationType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<OperationType> of(long number) {
        return Stream.of(values()).filter(type -> type.number == number).findFirst();
    }
}
