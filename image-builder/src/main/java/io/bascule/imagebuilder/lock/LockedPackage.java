package io.bascule.imagebuilder.lock;

import io.bascule.signing.Sha256Digest;
import java.util.Comparator;

/**
 * A Debian package of a certain version, and the one file that it is.
 *
 * @param name of the binary package
 * @param version of it
 * @param architecture like {@code amd64} or {@code all}
 * @param archive where its file lies
 * @param file path of the file below the archive, like {@code pool/main/b/bash/bash_5.2.37-2_amd64.deb}
 * @param size of the file, in bytes
 * @param sha256 of the file
 * @param priority as the archive's index says it, which overrules the package itself; decides what every system gets
 */
public record LockedPackage(
        String name,
        String version,
        String architecture,
        Archive archive,
        String file,
        long size,
        Sha256Digest sha256,
        String priority) {
    static final Comparator<LockedPackage> ORDER =
            Comparator.comparing(LockedPackage::name).thenComparing(LockedPackage::architecture);

    /** Debian's two archives. */
    public enum Archive {
        /** Releases and their updates. */
        MAIN("main"),
        /** Security fixes. */
        SECURITY("security");

        private final String text;

        Archive(String text) {
            this.text = text;
        }

        /** {@return what stands for it in a lock} */
        public String text() {
            return text;
        }
    }

    /** {@return the package for people: name, and architecture where it is not obvious} */
    String key() {
        return name + ":" + architecture;
    }

    @Override
    public String toString() {
        return name + " " + version + " (" + architecture + ")";
    }
}
