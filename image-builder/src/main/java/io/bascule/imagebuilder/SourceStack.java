package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.ImageReference;
import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.oci.OciSource;
import io.bascule.imagebuilder.source.Decompressor;
import io.bascule.imagebuilder.source.EntrySink;
import io.bascule.imagebuilder.source.Mmdebstrap;
import io.bascule.imagebuilder.source.PackageTrees;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarReader;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/** The tree that the sources of a board make together: the files of a later one go over those of an earlier. */
final class SourceStack {
    private static final int DIGEST_SHOWN = 12;

    private final Board board;
    private final SourceRules rules;
    private final Inputs inputs;
    private final Spool spool;
    private final BuildListener listener;
    private final UnpackBudget budget;
    private final FileTree tree = FileTree.empty();
    private long bytes;

    /**
     * What else decides about sources, as {@link BuildRequest} has it.
     *
     * @param kept what earlier builds left
     * @param packagesTar the tree of packages as a tar, if it is kept
     * @param buildTime of the packages' files
     */
    record Inputs(BuildCache kept, Optional<Path> packagesTar, Instant buildTime) {}

    SourceStack(Board board, SourceRules rules, Inputs inputs, Spool spool, BuildListener listener) {
        this.board = board;
        this.rules = rules;
        this.inputs = inputs;
        this.spool = spool;
        this.listener = listener;
        this.budget = UnpackBudget.forSlot(board.sizes().usr());
    }

    /** {@return the tree}; its contents are in the spool */
    FileTree read() throws BuildException, IOException, InterruptedException {
        var said = new ArrayList<String>();
        for (var source : board.sources()) {
            listener.doing("unpacking " + source.describe());
            said.add(read(source));
        }
        listener.result(String.join("; ", said));
        return tree;
    }

    private String read(Source source) throws BuildException, IOException, InterruptedException {
        bytes = 0;
        var oci = new OciSource(spool, budget, count -> bytes = count);
        return switch (source) {
            case Source.Packages unused -> packages();
            case Source.Tar tar -> {
                rules.archive(tar);
                tar(tar);
                yield tar.file().getFileName() + ", " + new ByteCount(bytes) + " unpacked";
            }
            case Source.OciLayout layout -> {
                var digest = oci.layout(layout.folder(), layout.tag(), tree);
                rules.image(layout, digest);
                yield "image " + shown(digest.toString());
            }
            case Source.OciArchive archive -> {
                rules.archive(archive);
                var digest = oci.archive(archive.file(), archive.tag(), tree);
                rules.image(archive, digest);
                yield "image " + shown(digest.toString());
            }
            case Source.Registry registry -> {
                var image = registry.image();
                var pinned = rules.pinned(registry)
                        .map(digest ->
                                new ImageReference(image.host(), image.repository(), image.tag(), Optional.of(digest)))
                        .orElse(image);
                var digest =
                        oci.registry(pinned, registry.insecure(), inputs.kept().folder(), tree);
                rules.image(registry, digest);
                yield registry.describe() + " is sha256:" + digest;
            }
        };
    }

    private static String shown(String digest) {
        return "sha256:" + digest.substring(0, DIGEST_SHOWN) + "...";
    }

    private String packages() throws BuildException, IOException, InterruptedException {
        var kept = inputs.packagesTar().isPresent() ? Optional.<Path>empty() : keptTree();
        if (kept.filter(Files::exists).isPresent()) {
            Mmdebstrap.read(kept.get(), spool, tree, progress());
            return "a tree of " + new ByteCount(bytes) + " as tar, installed before" + rules.installed(tree);
        }
        Mmdebstrap.install(
                rules.packages(),
                kept.isPresent() ? kept : inputs.packagesTar(),
                inputs.buildTime().getEpochSecond(),
                spool,
                tree,
                progress());
        if (kept.isPresent()) {
            PackageTrees.seal(kept.get());
        }
        return "a tree of " + new ByteCount(bytes) + " as tar" + rules.installed(tree);
    }

    /** {@return where the tree lies that an earlier build installed, or where it is to be kept} */
    private Optional<Path> keptTree() throws IOException, InterruptedException {
        listener.doing("asking whether there is something new");
        var installation = rules.identity(inputs.buildTime());
        return installation.isPresent() ? Optional.of(inputs.kept().trees().of(installation.get())) : Optional.empty();
    }

    private Mmdebstrap.Listener progress() {
        return new Mmdebstrap.Listener() {
            @Override
            public void step(String what) {
                listener.doing(what);
            }

            @Override
            public void bytes(long count) {
                bytes = count;
            }
        };
    }

    private void tar(Source.Tar tar) throws BuildException, IOException {
        try (var in = Decompressor.open(Files.newInputStream(tar.file()), budget)) {
            TarReader.read(in, spool, EntrySink.onto(tree), budget, count -> bytes = count);
            in.drain();
        } catch (MalformedFormatException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    tar.file() + " cannot be unpacked: " + e.getMessage(),
                    "a source is a tar archive of a tree: whole, and with names that begin at its root",
                    e);
        }
    }
}
