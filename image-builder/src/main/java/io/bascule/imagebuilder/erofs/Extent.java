package io.bascule.imagebuilder.erofs;

/**
 * Consecutive bytes of a file that are stored together.
 *
 * @param length in bytes of the file; only the last extent of a file may end inside a block
 * @param blocks how many blocks it takes in the image
 * @param compressed or stored as it is, block by block
 */
record Extent(int length, int blocks, boolean compressed) {}
