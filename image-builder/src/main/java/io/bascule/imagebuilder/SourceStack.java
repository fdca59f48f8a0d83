package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.oci.OciSource;
import io.bascule.imagebuilder.source.AptMirrors;
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
import java.util.ArrayList;
import java.util.Optional;

/** The tree that the sources of a board make together: the files of a later one go over those of an earlier. */
final class SourceStack {
    private static final int DIGEST_SHOWN = 12;

    private final BuildRequest request;
    private final Board board;
    private final Optional<AptMirrors> mirrors;
    private final Spool spool;
    private final BuildListener listener;
    private final UnpackBudget budget;
    private final FileTree tree = FileTree.empty();
    private long bytes;

    /** @param mirrors of the packages, if they are among the sources */
    SourceStack(BuildRequest request, Board board, Optional<AptMirrors> mirrors, Spool spool, BuildListener listener) {
        this.request = request;
        this.board = board;
        this.mirrors = mirrors;
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
                tar(tar);
                yield tar.file().getFileName() + ", " + new ByteCount(bytes) + " unpacked";
            }
            case Source.OciLayout layout ->
                "image " + shown(oci.layout(layout.folder(), layout.tag(), tree).toString());
            case Source.OciArchive archive ->
                "image "
                        + shown(oci.archive(archive.file(), archive.tag(), tree).toString());
            case Source.Registry registry ->
                registry.describe() + " is sha256:"
                        + oci.registry(registry.image(), registry.insecure(), request.cache(), tree);
        };
    }

    private static String shown(String digest) {
        return "sha256:" + digest.substring(0, DIGEST_SHOWN) + "...";
    }

    private String packages() throws BuildException, IOException, InterruptedException {
        var kept = request.packagesTar().isPresent() ? Optional.<Path>empty() : keptTree();
        var again = kept.filter(Files::exists).isPresent();
        install(kept.isPresent() ? kept : request.packagesTar());
        if (kept.isPresent() && !again) {
            PackageTrees.seal(kept.get());
        }
        return "a tree of " + new ByteCount(bytes) + " as tar"
                + (again ? ", installed before: the mirrors have no other packages since" : "")
                + (mirrors.orElseThrow().security().isEmpty()
                        ? ", WITHOUT security fixes: no mirror of them is known"
                        : "");
    }

    /** {@return where the tree lies that an earlier build installed, or where it is to be kept} */
    private Optional<Path> keptTree() throws IOException, InterruptedException {
        listener.doing("asking the mirrors whether there is something new");
        var installation = Mmdebstrap.identity(
                board,
                mirrors.orElseThrow(),
                request.keyring(),
                request.buildTime().getEpochSecond());
        if (installation.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(request.kept().trees().of(installation.get()));
    }

    private void install(Optional<Path> snapshot) throws BuildException, IOException, InterruptedException {
        Mmdebstrap.install(
                board,
                mirrors.orElseThrow(),
                request.keyring(),
                snapshot,
                request.buildTime().getEpochSecond(),
                spool,
                tree,
                new Mmdebstrap.Listener() {
                    @Override
                    public void step(String what) {
                        listener.doing(what);
                    }

                    @Override
                    public void bytes(long count) {
                        bytes = count;
                    }
                });
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
