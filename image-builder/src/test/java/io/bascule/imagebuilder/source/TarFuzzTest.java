package io.bascule.imagebuilder.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Archives whose headers have the right checksums again. */
class TarFuzzTest extends FuzzTests {
    private static final Path FOLDER = Path.of("target", "fuzz", "tar", "files");

    @Override
    public String name() {
        return "tar";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "rich",
                HostileTarTest.rich(),
                "links",
                new TarBuilder()
                        .directory("d", 0755)
                        .link("d/l", "../d")
                        .link("m", "d/l")
                        .file("m/l/f", "x")
                        .hardLink("h", "m/f")
                        .end());
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(MalformedFormatException.class);
    }

    /** Each has a spool. */
    @Override
    public int mutations() {
        return 3000;
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.ofBytes(
                "ustar\00000",
                "ustar  \0",
                "../",
                "./",
                "//",
                "\u0080\0\0\0\u00ff",
                "12 path=a/b\n",
                "99999999 ",
                "14 size=99999\n",
                "28 GNU.sparse.major=1000000\n",
                "SCHILY.xattr.",
                "\u001b[31m",
                "00000000000\0",
                "77777777777\0");
    }

    @Override
    public void read(byte[] input) throws IOException {
        try (var spool = Spool.in(Files.createDirectories(FOLDER))) {
            TarReader.read(new ByteArrayInputStream(input), spool, FileTree.empty(), count -> {});
        }
    }

    @Override
    public void checkRefusal(byte[] input, Exception refusal) {
        assertThat(((MalformedFormatException) refusal).byteOffset()).isBetween(0L, (long) input.length);
    }

    @Override
    public byte[] mend(byte[] input) {
        return TarBuilder.mend(input);
    }
}
