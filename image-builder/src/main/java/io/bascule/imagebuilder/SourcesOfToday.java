package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.source.Mmdebstrap;
import io.bascule.imagebuilder.source.PackageOrder;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.signing.Sha256Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes every source as it is found.
 *
 * @param order of the packages, if they are among the sources
 */
record SourcesOfToday(Optional<PackageOrder> order) implements SourceRules {
    @Override
    public PackageOrder packages() {
        return order.orElseThrow();
    }

    @Override
    public Optional<String> identity(Instant buildTime) throws InterruptedException {
        return Mmdebstrap.identity(order.orElseThrow(), buildTime.getEpochSecond());
    }

    @Override
    public String installed(FileTree tree) {
        return order.orElseThrow().warning();
    }

    @Override
    public Optional<Sha256Digest> pinned(Source.Registry source) {
        return Optional.empty();
    }

    @Override
    public void archive(Source.Tar source) {}

    @Override
    public void archive(Source.OciArchive source) {}

    @Override
    public void image(Source source, Sha256Digest digest) {}
}
