/**
 * The update payload: <a href="https://android.googlesource.com/platform/system/update_engine/+/refs/heads/main/update_metadata.proto">
 * CrAU major version 2</a>, full payloads and deltas. {@link io.bascule.payload.PayloadWriter} makes and signs one,
 * {@link io.bascule.payload.PayloadVerifier} checks one, {@link io.bascule.payload.PayloadApplier} writes it to partitions. docs/formats/payload.md has the bytes.
 */
@NullMarked
package io.bascule.payload;

import org.jspecify.annotations.NullMarked;
