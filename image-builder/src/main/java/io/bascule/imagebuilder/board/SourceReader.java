package io.bascule.imagebuilder.board;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.yaml.YamlFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the list {@code sources} of a board: each a text like {@code tar:PATH} or a section like {@code tar: PATH}. */
final class SourceReader {
    private static final String DEBIAN = "debian";
    private static final String DOCKER = "docker";
    private static final String EXPECTED =
            "debian, tar:PATH, oci:PATH[:TAG], oci-archive:PATH[:TAG] or docker://HOST/NAME[:TAG][@sha256:HEX]";

    private final Path folder;

    /** @param folder what relative paths are relative to */
    SourceReader(Path folder) {
        this.folder = folder;
    }

    /** {@return the sources that {@code value} lists} */
    List<Source> readAll(YamlFile.Value value) throws BuildException {
        var sources = new ArrayList<Source>();
        for (var item : value.list()) {
            sources.add(item.isSection() ? fromSection(item) : fromText(item));
        }
        return sources;
    }

    private Source fromText(YamlFile.Value value) throws BuildException {
        var text = value.text();
        var colon = text.indexOf(':');
        var kind = colon < 0 ? text : text.substring(0, colon);
        var rest = colon < 0 ? "" : text.substring(colon + 1);
        return switch (kind) {
            case DEBIAN -> {
                if (colon >= 0) {
                    throw value.error("expected 'debian' alone, found '" + text
                            + "'; which packages is said by the board's key debian");
                }
                yield new Source.Packages();
            }
            case "tar" -> new Source.Tar(file(value, rest));
            case "oci" -> new Source.OciLayout(directory(value, path(rest)), tag(rest));
            case "oci-archive" -> new Source.OciArchive(file(value, path(rest)), tag(rest));
            case DOCKER -> {
                if (!rest.startsWith("//")) {
                    throw value.error("expected " + EXPECTED + ", found '" + text + "'");
                }
                yield new Source.Registry(image(value, rest.substring(2)), false);
            }
            default -> throw value.error("expected " + EXPECTED + ", found '" + text + "'");
        };
    }

    private Source fromSection(YamlFile.Value value) throws BuildException {
        var section = value.section();
        section.refuseUnknown(Set.of("tar", "oci", "oci-archive", DOCKER, "tag", "insecure"));
        var given = new ArrayList<String>();
        for (var kind : List.of("tar", "oci", "oci-archive", DOCKER)) {
            if (section.optional(kind).isPresent()) {
                given.add(kind);
            }
        }
        if (given.size() != 1) {
            throw value.error("expected one of the keys tar, oci, oci-archive and docker, found "
                    + (given.isEmpty() ? "none" : String.join(" and ", given)));
        }
        var kind = given.getFirst();
        if (section.optional("insecure").isPresent() && !kind.equals(DOCKER)) {
            throw section.complaint("insecure", "is for registries only");
        }
        if (section.optional("tag").isPresent() && !kind.startsWith("oci")) {
            throw section.complaint(
                    "tag", "is for oci and oci-archive only; that of an image in a registry is in its name");
        }
        var main = section.required(kind);
        Optional<String> tag = section.optional("tag").isPresent()
                ? Optional.of(section.required("tag").text())
                : Optional.empty();
        return switch (kind) {
            case "tar" -> new Source.Tar(file(main, main.text()));
            case "oci" -> new Source.OciLayout(directory(main, main.text()), tag);
            case "oci-archive" -> new Source.OciArchive(file(main, main.text()), tag);
            default ->
                new Source.Registry(
                        image(main, main.text()),
                        section.optional("insecure").isPresent()
                                && section.required("insecure").truth());
        };
    }

    /** A colon behind the last slash begins a tag; a path that has one there can be given as a section. */
    private static String path(String text) {
        var colon = text.indexOf(':', text.lastIndexOf('/') + 1);
        return colon < 0 ? text : text.substring(0, colon);
    }

    private static Optional<String> tag(String text) {
        var path = path(text);
        return path.length() == text.length() ? Optional.empty() : Optional.of(text.substring(path.length() + 1));
    }

    private static ImageReference image(YamlFile.Value value, String text) throws BuildException {
        try {
            return ImageReference.parse(text);
        } catch (IllegalArgumentException e) {
            throw value.error(String.valueOf(e.getMessage()));
        }
    }

    private Path file(YamlFile.Value value, String path) throws BuildException {
        var file = resolve(value, path);
        if (!Files.isRegularFile(file)) {
            throw value.error(Files.exists(file) ? file + " is not a file" : "there is no file " + file);
        }
        return file;
    }

    private Path directory(YamlFile.Value value, String path) throws BuildException {
        var directory = resolve(value, path);
        if (!Files.isDirectory(directory)) {
            throw value.error(
                    Files.exists(directory)
                            ? directory + " is not a folder; for a layout in an archive write oci-archive"
                            : "there is no folder " + directory);
        }
        return directory;
    }

    private Path resolve(YamlFile.Value value, String path) throws BuildException {
        try {
            if (path.isEmpty()) {
                throw value.error("expected " + EXPECTED + ", found no path");
            }
            return folder.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw value.error("not a name that a file can have here: '" + path + "'");
        }
    }
}
