package io.bascule.imagebuilder.erofs;

/**
 * What differs between an image and the earlier one that it follows, in blocks of 4096 bytes, each compared with the block at
 * the same place.
 *
 * @param changed all that differ
 * @param contents of these, contents of files that the earlier image has nowhere
 * @param moved of these, contents of files that the earlier image has elsewhere
 * @param metadata of these, inodes with their indexes and inline data, directories, the superblock
 * @param freed of these, what was in use and is zero now
 * @param holes all free blocks inside the image, whatever the earlier one has there
 */
public record Changes(long changed, long contents, long moved, long metadata, long freed, long holes) {}
