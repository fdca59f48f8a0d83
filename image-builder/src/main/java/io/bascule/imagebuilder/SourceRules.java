package io.bascule.imagebuilder;

import io.bascule.imagebuilder.board.Source;
import io.bascule.imagebuilder.source.PackageOrder;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** What the sources of a board are read by: as they are found, as a lock wants them, or to make a lock. */
interface SourceRules {
    /** {@return where the packages come from}; asked when it is their turn */
    PackageOrder packages() throws BuildException, IOException, InterruptedException;

    /** {@return everything that decides about the tree of the packages} Nothing if that is not certain. */
    Optional<String> identity(Instant buildTime) throws InterruptedException;

    /**
     * Hears that the packages have been installed; nothing else is in their tree yet that dpkg knows of.
     *
     * @return what there is to say of it
     */
    String installed(FileTree tree) throws BuildException, IOException;

    /** {@return which image a registry is to be asked for, whatever its name says; nothing if the name decides} */
    Optional<Sha256Digest> pinned(Source.Registry source);

    /** Is shown an archive before it is read. */
    void archive(Source.Tar source) throws BuildException, IOException;

    /** Is shown an archive before it is read. */
    void archive(Source.OciArchive source) throws BuildException, IOException;

    /** Hears which image was found. */
    void image(Source source, Sha256Digest digest) throws BuildException;
}
