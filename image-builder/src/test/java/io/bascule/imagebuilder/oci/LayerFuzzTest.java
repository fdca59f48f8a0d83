package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarBuilder;
import io.bascule.imagebuilder.source.TarReader;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A layer over another, then both over a tree; what is read is used as both. */
class LayerFuzzTest extends FuzzTests {
    private static final Path FOLDER = Path.of("target", "fuzz", "layer", "files");

    @Override
    public String name() {
        return "layer";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "whiteouts",
                new TarBuilder()
                        .directory("d", 0755)
                        .file("d/f", "x")
                        .file("d/.wh.f", "")
                        .file("e/.wh..wh..opq", "")
                        .file(".wh.d", "")
                        .end(),
                "links",
                new TarBuilder()
                        .directory("d", 0755)
                        .directory("e", 0755)
                        .link("l", "d/../e")
                        .file("l/f", "x")
                        .hardLink("h", "l/f")
                        .file("l/.wh.f", "")
                        .directory("l", 0700)
                        .end());
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    @Override
    public int mutations() {
        return 2000;
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(".wh.", ".wh..wh.", ".wh..wh..opq", ".wh...", "../", "ustar\00000");
    }

    @Override
    public byte[] mend(byte[] input) {
        return TarBuilder.mend(input);
    }

    @Override
    public void read(byte[] input) throws IOException {
        try (var spool = Spool.in(Files.createDirectories(FOLDER))) {
            var sink = new LayerSink();
            var budget = UnpackBudget.forSlot(ByteCount.ofMiB(1));
            for (var i = 0; i < 2; i++) {
                sink.nextLayer();
                TarReader.read(new ByteArrayInputStream(input), spool, sink, budget, count -> {});
            }
            sink.putOver(FileTree.empty());
        }
    }
}
