package io.bascule.scenarios.crash;

/**
 * One sector of a write that the disk was told and not yet to flush: it is there or not.
 *
 * @param event the write
 * @param number of the sector on the disk
 */
record Unit(int event, long number, CrashDisk.Sector content) {}
