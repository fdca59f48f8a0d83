package io.bascule.signing.external;

import io.bascule.signing.ForeignText;
import java.io.IOException;

/** A key outside our files that cannot sign. */
public final class SignerException extends IOException {
    private final boolean permanent;
    private final String remedy;

    private SignerException(boolean permanent, String problem, String remedy) {
        super(ForeignText.printable(problem));
        this.permanent = permanent;
        this.remedy = remedy;
    }

    /** {@return that the same call would fail again} */
    public static SignerException permanent(String problem, String remedy) {
        return new SignerException(true, problem, remedy);
    }

    /** {@return that something failed which may work later} */
    public static SignerException passing(String problem, String remedy) {
        return new SignerException(false, problem, remedy);
    }

    /** {@return whether the same call would fail again} */
    public boolean permanent() {
        return permanent;
    }

    /** {@return what to do about it} */
    public String remedy() {
        return remedy;
    }
}
