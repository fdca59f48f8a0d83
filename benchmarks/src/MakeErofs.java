import io.bascule.imagebuilder.cache.ResultCache;
import io.bascule.imagebuilder.erofs.Compression;
import io.bascule.imagebuilder.erofs.ErofsOptions;
import io.bascule.imagebuilder.erofs.ErofsProgress;
import io.bascule.imagebuilder.erofs.ErofsWriter;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarReader;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.FileBlockDevice;
import java.io.BufferedInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code MakeErofs TAR OUTPUT CODEC LEVEL EXTENT [PREVIOUS...]}: the image builder's EROFS writer alone, tar to image. */
final class MakeErofs {
    public static void main(String[] args) throws Exception {
        var output = Path.of(args[1]);
        var folder = output.toAbsolutePath().getParent();
        var level = Integer.parseInt(args[3]);
        var extent = new ByteCount(Long.parseLong(args[4]));
        var compression = switch (args[2]) {
            case "zstd" -> new Compression.Zstd(level, extent);
            case "lz4hc" -> new Compression.Lz4Hc(level, extent);
            case "lzma" -> new Compression.Lzma(level, extent);
            default -> new Compression.None();
        };
        var previous = new ArrayList<BlockDevice>();
        for (var image : List.of(args).subList(5, args.length)) {
            previous.add(FileBlockDevice.openReadOnly(Path.of(image)));
        }
        try (var spool = Spool.in(folder);
                var tar = new BufferedInputStream(Files.newInputStream(Path.of(args[0])), 1 << 20)) {
            var tree = FileTree.empty();
            TarReader.read(tar, spool, tree, count -> {});
            var options = new ErofsOptions(
                    UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                    "usr",
                    Instant.EPOCH,
                    compression,
                    Runtime.getRuntime().availableProcessors());
            var image =
                    ErofsWriter.write(tree, options, previous, ResultCache.none(), folder, output, ErofsProgress.NONE);
            image.changes().ifPresent(changes -> System.out.println("changed " + changes.changed() + " contents "
                    + changes.contents() + " metadata " + changes.metadata() + " moved " + changes.moved() + " freed "
                    + changes.freed()));
        }
        for (var device : previous) {
            device.close();
        }
    }
}
