package io.bascule.signing.release;

import java.util.Optional;
import java.util.stream.Stream;

/** What a file of a release is for. */
public enum FileKind {
    /** The whole disk, up to the end of slot A. */
    DISK("disk"),
    /** The file system of a slot. */
    USR("usr"),
    /** Its dm-verity hashes. */
    USR_VERITY("usr-verity"),
    /** The unified kernel image. */
    UKI("uki"),
    /** The list of installed packages. */
    PACKAGES("packages"),
    /** The software bill of materials. */
    SBOM("sbom"),
    /** The update payload. */
    PAYLOAD("payload"),
    /** An update payload for hosts with one earlier release; there may be several. */
    DELTA("delta"),
    /** The whole disk again, in another format; there may be several. */
    EXPORT("export");

    private final String text;

    FileKind(String text) {
        this.text = text;
    }

    /** {@return its name in release.json} */
    public String text() {
        return text;
    }

    /** {@return whether a release may have more than one file of this kind} */
    public boolean repeatable() {
        return this == EXPORT || this == DELTA;
    }

    /** {@return the kind of that {@link #text()}} */
    public static Optional<FileKind> ofText(String text) {
        return Stream.of(values()).filter(kind -> kind.text.equals(text)).findFirst();
    }
}
