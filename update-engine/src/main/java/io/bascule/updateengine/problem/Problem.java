package io.bascule.updateengine.problem;

/** What can be wrong, with the exit code of its category; scripts may rely on the codes (docs/update-engine.md). */
public enum Problem {
    // The release cannot be taken by this host; the same call fails again.
    WRONG_BOARD("wrong-board", Category.REFUSED),
    WRONG_ARCHITECTURE("wrong-architecture", Category.REFUSED),
    KNOWN_BAD("known-bad", Category.REFUSED),
    DOWNGRADE("downgrade", Category.REFUSED),
    ALREADY_RUNNING("already-running", Category.REFUSED),
    ALREADY_INSTALLED("already-installed", Category.REFUSED),
    VERSION_CLASH("version-clash", Category.REFUSED),
    PARTUUID_CLASH("partuuid-clash", Category.REFUSED),
    TOO_LARGE("too-large", Category.REFUSED),
    NO_SPACE_ON_ESP("no-space-on-esp", Category.REFUSED),
    NOTHING_TO_ROLL_BACK_TO("nothing-to-roll-back-to", Category.REFUSED),
    NOT_CONFIRMED("not-confirmed", Category.REFUSED),
    UNKNOWN_RELEASE("unknown-release", Category.REFUSED),
    MALFORMED("malformed", Category.REFUSED),

    // This host is not one that the engine can work on.
    NOT_A_HOST("not-a-bascule-host", Category.HOST),
    STATE_MISSING("state-missing", Category.HOST),
    STATE_TORN("state-torn", Category.HOST),
    STATE_NEWER("state-newer", Category.HOST),
    TOOL("tool-failed", Category.HOST),

    // Reading, writing or fetching failed; it may work later.
    NETWORK("network", Category.IO),
    IO("io", Category.IO),

    // Signatures, hashes, expiry.
    UNTRUSTED("untrusted", Category.UNTRUSTED),
    EXPIRED("expired", Category.UNTRUSTED),
    MISMATCH("mismatch", Category.UNTRUSTED),
    KEYRING("keyring", Category.UNTRUSTED),

    BUSY("busy", Category.BUSY);

    private final String code;
    private final Category category;

    Problem(String code, Category category) {
        this.code = code;
        this.category = category;
    }

    public String code() {
        return code;
    }

    public int exitCode() {
        return category.exitCode;
    }

    private enum Category {
        REFUSED(3),
        HOST(4),
        IO(5),
        UNTRUSTED(6),
        BUSY(7);

        private final int exitCode;

        Category(int exitCode) {
            this.exitCode = exitCode;
        }
    }
}
