package io.bascule.scenarios.bootpath;

import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.signing.Sha256Digest;

/**
 * A release that a host was offered. Whatever else is on its disk cannot be trusted to come up.
 *
 * @param uki the SHA-256 of its kernel image
 */
public record KnownRelease(String version, RootHash rootHash, Sha256Digest uki) {}
