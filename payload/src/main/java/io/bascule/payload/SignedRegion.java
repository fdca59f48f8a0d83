package io.bascule.payload;

/** What a signature is over. */
public enum SignedRegion {
    /** Header and manifest. */
    METADATA,
    /** Header, manifest and blobs; neither of the signatures. */
    PAYLOAD
}
