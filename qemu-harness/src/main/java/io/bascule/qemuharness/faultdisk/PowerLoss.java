package io.bascule.qemuharness.faultdisk;

/**
 * What a power cut did to a disk.
 *
 * @param unflushedSectors how many sectors had been written to and not made durable
 * @param lostSectors how many of them now read otherwise than just before the cut
 */
public record PowerLoss(long unflushedSectors, long lostSectors) {}
