package io.bascule.imagebuilder.diff;

import java.util.List;

/**
 * A text that steers a host and that is not the same in both images.
 *
 * @param path visible, where a host sees the file
 * @param diff lines of a unified diff, visible, from its first hunk on
 */
public record ConfigChange(ChangeKind kind, String path, List<String> diff) {
    public ConfigChange {
        diff = List.copyOf(diff);
    }
}
