/**
 * What a Bascule disk looks like: two {@link io.bascule.partitionlayout.layout.Slot}s for {@code /usr}, the ESP before
 * them and STATE behind. {@link io.bascule.partitionlayout.layout.DiskLayout} computes it from a board's sizes. The page
 * about it is {@code docs/formats/disk-layout.md}.
 */
@NullMarked
package io.bascule.partitionlayout.layout;

import org.jspecify.annotations.NullMarked;
