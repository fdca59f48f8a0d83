package io.bascule.imagebuilder.erofs;

import io.bascule.partitionlayout.ByteCount;
import java.util.Optional;

/**
 * What was written.
 *
 * @param size of the image, a multiple of 4096
 * @param inodes how many there are; hard links count once
 * @param contentBytes sum of the sizes of all regular files, hard links counted once
 * @param metadataBytes how much of the image is inodes, indexes and inline data
 * @param encoderId the encoder of the contents, as {@link Compression#encoderId()} names it
 * @param changes what differs from the first earlier image, if there is one
 */
public record ErofsImage(
        ByteCount size,
        long inodes,
        ByteCount contentBytes,
        ByteCount metadataBytes,
        String encoderId,
        Optional<Changes> changes) {}
