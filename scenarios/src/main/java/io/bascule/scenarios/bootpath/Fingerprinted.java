package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.BlockDevice;

/** A disk that can tell cheaply whether a range of it has the bytes that it had in another state of the same disk. */
public interface Fingerprinted extends BlockDevice {
    /** {@return a number that is the same for the same bytes, and practically never for others} */
    long fingerprint(long position, long length);

    /** {@return what the states that can be compared share} */
    Object family();
}
