package io.bascule.signing;

import java.io.IOException;
import java.nio.file.Path;

/** A key file that cannot be used, or must not be written. */
public final class KeyFileException extends IOException {
    private final Path file;
    private final String remedy;

    /**
     * @param problem what is wrong with the file
     * @param remedy what to do about it
     */
    public KeyFileException(Path file, String problem, String remedy) {
        super(file + ": " + problem);
        this.file = file;
        this.remedy = remedy;
    }

    public Path file() {
        return file;
    }

    /** {@return what to do about it} */
    public String remedy() {
        return remedy;
    }
}
