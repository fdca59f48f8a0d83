package io.bascule.signing;

import java.io.IOException;

/** A change that would leave no keyring that anybody could use, or that changes nothing. */
public final class KeyringChangeException extends IOException {
    private final String remedy;

    KeyringChangeException(String problem, String remedy) {
        super(ForeignText.printable(problem));
        this.remedy = remedy;
    }

    /** {@return what to do about it} */
    public String remedy() {
        return remedy;
    }
}
