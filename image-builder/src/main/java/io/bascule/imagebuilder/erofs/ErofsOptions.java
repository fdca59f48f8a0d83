package io.bascule.imagebuilder.erofs;

import io.bascule.imagebuilder.erofs.format.ErofsFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * What an image depends on besides its tree.
 *
 * @param uuid of the file system; an input, so that equal inputs give equal images
 * @param volumeName the label, up to 16 bytes of UTF-8
 * @param buildTime the modification time of every file, whole seconds since 1970
 * @param compression how contents are compressed
 * @param threads how many threads compress, from 1; the image does not depend on it, memory does (about 16 MiB each)
 */
public record ErofsOptions(UUID uuid, String volumeName, Instant buildTime, Compression compression, int threads) {
    public ErofsOptions {
        if (volumeName.getBytes(StandardCharsets.UTF_8).length > ErofsFormat.VOLUME_NAME_SIZE) {
            throw new IllegalArgumentException("a volume name has up to 16 bytes: '" + volumeName + "'");
        }
        if (buildTime.getEpochSecond() < 0 || buildTime.getNano() != 0) {
            throw new IllegalArgumentException("the build time is in whole seconds since 1970, not " + buildTime);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
    }
}
