package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.Source;
import io.bascule.partitionlayout.ByteCount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Boards for tests. */
public final class Boards {
    private Boards() {}

    public static Board minimal() {
        return with(Path.of("boards/b"), List.of(), List.of());
    }

    public static Board with(Path folder, List<String> exclude, List<String> kernelArguments) {
        return new Board(
                folder,
                "b",
                "A board",
                List.of(new Source.Packages()),
                Optional.of(new Board.Debian("trixie", List.of("systemd"))),
                exclude,
                kernelArguments,
                List.of(),
                new Board.Sizes(ByteCount.ofMiB(64), ByteCount.ofMiB(256), ByteCount.ofMiB(128)),
                new Board.Compression(Board.Codec.ZSTD, 12, new ByteCount(256 << 10)),
                true,
                Files.isDirectory(folder.resolve("overlay")) ? List.of(folder.resolve("overlay")) : List.of(),
                Map.of());
    }
}
