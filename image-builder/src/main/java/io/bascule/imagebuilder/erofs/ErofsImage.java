package io.bascule.imagebuilder.erofs;

import io.bascule.partitionlayout.ByteCount;

/**
 * What was written.
 *
 * @param size of the image, a multiple of 4096
 * @param inodes how many there are; hard links count once
 * @param contentBytes sum of the sizes of all regular files, hard links counted once
 * @param metadataBytes how much of the image is inodes, indexes and inline data
 * @param encoderId the encoder of the contents, as {@link Compression#encoderId()} names it
 */
public record ErofsImage(
        ByteCount size, long inodes, ByteCount contentBytes, ByteCount metadataBytes, String encoderId) {}
