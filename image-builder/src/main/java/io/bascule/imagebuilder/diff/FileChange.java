package io.bascule.imagebuilder.diff;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A file that is not the same in both images.
 *
 * @param path visible, from the root of a host
 * @param aspects what is different of a file that is in both; empty if it is in one only
 * @param before absent if it is new
 * @param after absent if it is gone
 */
public record FileChange(
        ChangeKind kind, String path, Set<Aspect> aspects, Optional<FileState> before, Optional<FileState> after) {
    /** What can be different of a file. */
    public enum Aspect {
        NAME,
        TYPE,
        CONTENT,
        MODE,
        OWNER,
        TARGET,
        XATTRS;

        /** {@return the word for people and for JSON} */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public FileChange {
        aspects = Set.copyOf(aspects);
    }

    /** {@return the aspects in their order} */
    public Set<Aspect> orderedAspects() {
        var ordered = EnumSet.noneOf(Aspect.class);
        ordered.addAll(aspects);
        return ordered;
    }

    /** {@return by how many bytes contents grew} */
    public long growth() {
        return after.map(FileState::size).orElse(0L)
                - before.map(FileState::size).orElse(0L);
    }

    /** {@return the state to describe it by: the new one, if there is one} */
    public FileState state() {
        return after.or(() -> before).orElseThrow();
    }
}
