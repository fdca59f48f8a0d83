package io.bascule.partitionlayout.fat;

/**
 * A file or directory of a volume.
 *
 * @param name the long name, or the short one if there is no other
 * @param shortName like {@code LINUX~1.EFI}; bytes that are not ASCII are taken as Latin-1
 * @param directory whether it is a directory
 * @param size of the file in bytes; 0 for a directory
 * @param firstCluster where its contents begin; 0 if it is empty, or the root of FAT16
 */
public record FatEntry(String name, String shortName, boolean directory, long size, int firstCluster) {}
