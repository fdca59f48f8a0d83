package io.bascule.imagebuilder.board;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which file of a chain of boards says what, so that a complaint names the right one long after they were read. */
final class Origins {
    private final Path file;
    private final Map<String, Path> files;

    /** @param file that is being read, over what {@code base} says already */
    Origins(Path file, Optional<Board> base) {
        this.file = file;
        this.files = new HashMap<>(base.map(Board::origins).orElse(Map.of()));
    }

    /** Notes that the file that is being read says this. */
    void own(String what) {
        files.put(what, file);
    }

    /** {@return {@code more} behind what {@code base} has}, noting that {@code key} and the items of {@code more} are own */
    List<String> addTo(String key, Optional<List<String>> base, List<String> more) {
        var all = new ArrayList<>(base.orElse(List.of()));
        all.addAll(more);
        if (!more.isEmpty() && !key.isEmpty()) {
            own(key);
        }
        more.forEach(this::own);
        return all;
    }

    Map<String, Path> files() {
        return files;
    }
}
