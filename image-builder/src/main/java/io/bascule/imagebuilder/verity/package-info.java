/**
 * dm-verity: {@link io.bascule.imagebuilder.verity.VerityWriter} makes the hash partition of a file system image and says
 * its {@link io.bascule.partitionlayout.layout.RootHash}; {@link io.bascule.imagebuilder.verity.VerityVerifier} checks the
 * two against each other. The format is described in {@code docs/formats/dm-verity.md}.
 */
@NullMarked
package io.bascule.imagebuilder.verity;

import org.jspecify.annotations.NullMarked;
