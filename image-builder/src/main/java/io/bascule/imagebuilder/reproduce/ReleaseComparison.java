package io.bascule.imagebuilder.reproduce;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.signing.SignedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Compares two releases of the same board and version, byte by byte. Signatures may be other ones, because some kinds of keys
 * give another one each time: in the payload, and in {@code release.json}, which also has the payload's hash.
 */
public final class ReleaseComparison {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ReleaseFiles first;
    private final ReleaseFiles second;

    private ReleaseComparison(ReleaseFiles first, ReleaseFiles second) {
        this.first = first;
        this.second = second;
    }

    /**
     * {@return the first difference in each file that has one; causes before what follows from them}
     *
     * @param listener hears the name of each file before it is compared
     */
    public static List<Difference> between(ReleaseFiles first, ReleaseFiles second, Consumer<String> listener)
            throws IOException {
        return new ReleaseComparison(first, second).compare(listener);
    }

    private List<Difference> compare(Consumer<String> listener) throws IOException {
        var differences = new ArrayList<Difference>();
        for (var name : names()) {
            listener.accept(name);
            compare(name).ifPresent(differences::add);
        }
        return differences;
    }

    /** {@return what either has, in the order in which one thing follows from another} */
    private Set<String> names() throws IOException {
        var last = List.of(first.payload(), first.releaseJson(), first.checksums()).stream()
                .map(ReleaseComparison::name)
                .toList();
        var names = new LinkedHashSet<String>();
        for (var file :
                List.of(first.packagesJson(), first.usr(), first.verity(), first.uki(), first.disk(), first.sbom())) {
            names.add(name(file));
        }
        var found = new ArrayList<String>();
        for (var folder : List.of(first.folder(), second.folder())) {
            try (var files = Files.list(folder)) {
                files.map(ReleaseComparison::name).sorted().forEach(found::add);
            }
        }
        found.stream().filter(name -> !last.contains(name)).forEach(names::add);
        last.stream().filter(found::contains).forEach(names::add);
        names.retainAll(found);
        return names;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private Optional<Difference> compare(String name) throws IOException {
        var one = first.folder().resolve(name);
        var two = second.folder().resolve(name);
        if (!Files.exists(one)) {
            return Optional.of(Difference.missing(name, "only the second build made it"));
        }
        if (!Files.exists(two)) {
            return Optional.of(Difference.missing(name, "the second build did not make it"));
        }
        var offset = Files.mismatch(one, two);
        if (offset < 0) {
            return Optional.empty();
        }
        if (ReleaseFiles.isPayload(name)) {
            return PayloadComparison.compare(one, two);
        }
        if (one.equals(first.releaseJson())) {
            return releaseJson(one, two);
        }
        if (one.equals(first.checksums())) {
            return checksums(one, two);
        }
        return Optional.of(new Difference(name, offset, sizes(one, two), owners(one, two, offset)));
    }

    static String sizes(Path one, Path two) throws IOException {
        var size = Files.size(one);
        var other = Files.size(two);
        return size == other ? "" : "the first has " + size + " bytes, the second " + other;
    }

    private List<Owner> owners(Path one, Path two, long offset) throws IOException {
        if (name(one).endsWith(".json")) {
            return List.of(TextOwners.json(Files.readAllBytes(one), offset));
        }
        if (!List.of(first.usr(), first.verity(), first.uki(), first.disk()).contains(one)) {
            return List.of();
        }
        try (var device = FileBlockDevice.openReadOnly(one);
                var other = FileBlockDevice.openReadOnly(two)) {
            var owners = Owners.of(device, offset);
            return one.equals(first.usr()) ? List.of(ErofsOwners.refine(owners.getFirst(), device, other)) : owners;
        }
    }

    private Optional<Difference> releaseJson(Path one, Path two) throws IOException {
        var document = Files.readAllBytes(one);
        var pointer = TextOwners.firstDifference(unsigned(document), unsigned(Files.readAllBytes(two)));
        if (pointer.isEmpty()) {
            return Optional.empty();
        }
        var offset = TextOwners.offset(document, pointer.get());
        return Optional.of(new Difference(name(one), offset, "", List.of(TextOwners.json(document, offset))));
    }

    /** {@return the document without signatures, and without size and hash of payloads, which have some, too} */
    private static ObjectNode unsigned(byte[] document) throws IOException {
        if (!(JSON.readTree(document) instanceof ObjectNode root)) {
            throw new IOException("a release.json that is no object");
        }
        root.remove(SignedDocument.SIGNATURES);
        for (var file : root.path("files")) {
            if (file instanceof ObjectNode entry
                    && ReleaseFiles.isPayload(entry.path("name").asText())) {
                entry.remove(List.of("size", "sha256"));
            }
        }
        return root;
    }

    private Optional<Difference> checksums(Path one, Path two) throws IOException {
        var lines = Files.readAllLines(one);
        var others = Files.readAllLines(two);
        for (var i = 0; i < Math.max(lines.size(), others.size()); i++) {
            var line = i < lines.size() ? lines.get(i) : "";
            var other = i < others.size() ? others.get(i) : "";
            var file = line.replaceFirst(".*  ", "");
            var fileOfSignatures = other.endsWith("  " + file)
                    && (ReleaseFiles.isPayload(file) || file.equals(name(first.releaseJson())));
            if (!line.equals(other) && !fileOfSignatures) {
                var offset = lines.subList(0, Math.min(i, lines.size())).stream()
                        .collect(Collectors.summingLong(before -> before.length() + 1L));
                return Optional.of(new Difference(
                        name(one), offset, sizes(one, two), List.of(TextOwners.line(Files.readAllBytes(one), offset))));
            }
        }
        return Optional.empty();
    }
}
