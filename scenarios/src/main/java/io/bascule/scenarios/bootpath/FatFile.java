package io.bascule.scenarios.bootpath;

/**
 * A file in a directory of a {@link FatVolume}, and where its entries are.
 *
 * @param name the long name, or the short one where there is no other
 * @param shortName eleven bytes as Latin-1, padded with spaces
 * @param first index in the directory of the first of its entries
 * @param last index of the last one, which has the short name, the first cluster and the size
 * @param position of the last one on the volume, in bytes
 * @param cluster the first one, 0 if it has none
 * @param size in bytes
 */
public record FatFile(String name, String shortName, int first, int last, long position, int cluster, long size) {}
