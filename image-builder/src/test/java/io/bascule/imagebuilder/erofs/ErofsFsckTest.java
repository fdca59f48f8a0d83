package io.bascule.imagebuilder.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * fsck.erofs finds nothing wrong and unpacks the same files. It needs no root, so what only root can make (owners,
 * devices) is not in the tree that is unpacked. {@code BASCULE_FSCK_EROFS} names the command when it is not on the path.
 */
class ErofsFsckTest {
    /** The first that reads zstd. */
    private static final int FIRST_MINOR = 8;

    private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    private Path directory;

    static Stream<Compression> compressions() {
        return Stream.of(
                new Compression.None(),
                Compression.DEFAULT,
                new Compression.Lz4Hc(9, Compression.DEFAULT_EXTENT),
                new Compression.Lzma(3, Compression.DEFAULT_EXTENT));
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void unpacksWhatIsInTheTree(Compression compression) throws Exception {
        var command = commandOrSkip();
        for (var seed = 1; seed <= 2; seed++) {
            var tree = SampleTrees.regularFiles(seed);
            var unpacked = directory.resolve("unpacked-" + seed);
            check(List.of(
                    command,
                    "--extract=" + unpacked,
                    write(tree, compression, "" + seed).toString()));
            for (var child : tree.root().children()) {
                if (child.getValue() instanceof Inode.RegularFile file) {
                    assertThat(unpacked.resolve(child.getKey().toString()))
                            .hasBinaryContent(file.content().readAll());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void findsNothingWrongWithAnyKindOfInode(Compression compression) throws Exception {
        var command = commandOrSkip();
        check(List.of(
                command,
                write(SampleTrees.everything(), compression, "everything").toString()));
    }

    private static String commandOrSkip() throws InterruptedException {
        var command = System.getenv().getOrDefault("BASCULE_FSCK_EROFS", "fsck.erofs");
        var version = KernelOracle.run(List.of(command, "-V"));
        var number = Pattern.compile("1\\.(\\d+)").matcher(version.output());
        assumeTrue(
                version.status() == 0 && number.find() && Integer.parseInt(number.group(1)) >= FIRST_MINOR,
                "fsck.erofs 1.8 (package erofs-utils) is not here: "
                        + version.output().strip());
        return command;
    }

    private Path write(FileTree tree, Compression compression, String name) throws IOException {
        var image = directory.resolve(name + ".erofs");
        var options = new ErofsOptions(new UUID(1, 2), "test", TIME, compression, 2);
        ErofsWriter.write(tree, options, directory, image, ErofsProgress.NONE);
        return image;
    }

    private static void check(List<String> command) throws InterruptedException {
        var fsck = KernelOracle.run(command);
        assertThat(fsck.status()).as(fsck.output()).isZero();
        assertThat(fsck.output()).doesNotContain("<E>");
    }
}
