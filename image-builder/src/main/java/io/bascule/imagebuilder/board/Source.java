package io.bascule.imagebuilder.board;

import java.nio.file.Path;
import java.util.Optional;

/** Where files of an image come from. Those of a board are stacked: the files of a later one go over those of an earlier. */
public sealed interface Source {
    /** {@return the source as a board names it} */
    String describe();

    /** The packages that the board's {@code debian} lists. */
    record Packages() implements Source {
        @Override
        public String describe() {
            return "debian";
        }
    }

    /** A tar archive, compressed or not. */
    record Tar(Path file) implements Source {
        @Override
        public String describe() {
            return "tar:" + file;
        }
    }

    /**
     * A container image in a folder, laid out as the OCI image specification says.
     *
     * @param tag which image of several; the annotation {@code org.opencontainers.image.ref.name}
     */
    record OciLayout(Path folder, Optional<String> tag) implements Source {
        @Override
        public String describe() {
            return "oci:" + folder + tag.map(name -> ":" + name).orElse("");
        }
    }

    /** The same in a tar archive, or what {@code docker save} writes. */
    record OciArchive(Path file, Optional<String> tag) implements Source {
        @Override
        public String describe() {
            return "oci-archive:" + file + tag.map(name -> ":" + name).orElse("");
        }
    }

    /**
     * A container image in a registry.
     *
     * @param insecure whether to ask the registry without TLS
     */
    record Registry(ImageReference image, boolean insecure) implements Source {
        @Override
        public String describe() {
            return "docker://" + image;
        }
    }
}
