package io.bascule.imagebuilder;

import io.bascule.imagebuilder.output.OutputFormat;
import io.bascule.signing.release.FileKind;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The names in a release folder.
 *
 * @param folder {@code OUTPUT/BOARD/VERSION}, or the one that it is built in
 * @param board name of the board
 * @param version of the release
 */
public record ReleaseFiles(Path folder, String board, String version) {
    public static final String RELEASE_JSON = "release.json";
    public static final String PACKAGES_JSON = "packages.json";
    public static final String CHECKSUMS = "SHA256SUMS";
    private static final String PAYLOAD = ".payload";

    /** The whole disk, up to the end of slot A. */
    public Path disk() {
        return file(".raw");
    }

    /** The whole disk in another format than {@link #disk}'s. */
    public Path export(OutputFormat format) {
        return file("." + format.suffix());
    }

    /** The EROFS file system of a slot. */
    public Path usr() {
        return file(".usr.erofs");
    }

    /** Its dm-verity hashes. */
    public Path verity() {
        return file(".usr.verity");
    }

    /** The unified kernel image. */
    public Path uki() {
        return file(".efi");
    }

    /** The software bill of materials, CycloneDX in JSON. */
    public Path sbom() {
        return file(".cdx.json");
    }

    /** The update payload; only signed releases have one. */
    public Path payload() {
        return file(PAYLOAD);
    }

    /** An update payload for hosts that have the release of that version. */
    public Path delta(String from) {
        return file("_from_" + from + PAYLOAD);
    }

    /** {@return whether a file of that name is a payload, full or delta} */
    public static boolean isPayload(String name) {
        return name.endsWith(PAYLOAD);
    }

    public Path releaseJson() {
        return folder.resolve(RELEASE_JSON);
    }

    public Path packagesJson() {
        return folder.resolve(PACKAGES_JSON);
    }

    public Path checksums() {
        return folder.resolve(CHECKSUMS);
    }

    /**
     * {@return the files whose hashes release.json holds, in its order}
     *
     * @param signed whether the release is, and so has a payload
     */
    Map<FileKind, Path> described(boolean signed) {
        var files = new EnumMap<FileKind, Path>(FileKind.class);
        for (var kind : FileKind.values()) {
            if (!kind.repeatable() && (signed || kind != FileKind.PAYLOAD)) {
                files.put(kind, file(kind));
            }
        }
        return Collections.unmodifiableMap(files);
    }

    private Path file(FileKind kind) {
        return switch (kind) {
            case DISK -> disk();
            case USR -> usr();
            case USR_VERITY -> verity();
            case UKI -> uki();
            case PACKAGES -> packagesJson();
            case SBOM -> sbom();
            case PAYLOAD -> payload();
            case DELTA, EXPORT -> throw new IllegalArgumentException("there may be several: " + kind);
        };
    }

    /** {@return where the UKI of this release lies on an ESP, without boot counting} */
    public String ukiOnEsp() {
        return "EFI/Linux/" + board + "_" + version + ".efi";
    }

    private Path file(String suffix) {
        return folder.resolve(board + "_" + version + suffix);
    }
}
