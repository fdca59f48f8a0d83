package io.bascule.imagebuilder.board;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.yaml.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Follows the key {@code extends} from board to board. */
final class BoardChain {
    private static final int MAX_EXTENDED = 4;
    private static final YamlFile.Kind KIND = new YamlFile.Kind(
            "board file",
            1,
            "docs/boards.md describes every key",
            "give the folder of a board, like boards/amd64-base");

    private BoardChain() {}

    /** One board: its folder, and what its file says. */
    record Layer(Path folder, YamlFile.Section root) {}

    /** {@return the board in {@code folder} and those that it extends, itself first} */
    static List<Layer> of(Path folder) throws BuildException, IOException {
        var layers = new ArrayList<Layer>();
        var seen = new ArrayList<Path>();
        var next = folder;
        while (true) {
            var layer = new Layer(
                    next,
                    YamlFile.read(next.resolve(BoardReader.FILE_NAME), KIND).root());
            layers.add(layer);
            seen.add(next.toRealPath());
            var given = layer.root().optional("extends");
            if (given.isEmpty()) {
                return layers;
            }
            next = base(layer, given.get(), seen);
        }
    }

    private static Path base(Layer layer, YamlFile.Value value, List<Path> seen) throws BuildException, IOException {
        var path = value.path();
        if (path.isAbsolute()) {
            throw value.error("must be relative to the board's folder, found '" + path + "'");
        }
        var base = layer.folder().resolve(path).normalize();
        if (!Files.isRegularFile(base.resolve(BoardReader.FILE_NAME))) {
            throw value.error("there is no board in " + base);
        }
        if (seen.contains(base.toRealPath())) {
            throw value.error("goes in a circle: " + base + " extends this board, or is it");
        }
        if (seen.size() > MAX_EXTENDED) {
            throw value.error("more than " + MAX_EXTENDED + " boards extend each other");
        }
        return base;
    }
}
