/**
 * Disks in the formats that others want them in. {@link io.bascule.imagebuilder.output.DiskFile} opens any of them as a
 * {@link io.bascule.partitionlayout.BlockDevice}, {@link io.bascule.imagebuilder.output.ImageConverter} writes any of them:
 * raw, qcow2, VMDK, VHD, and each of these compressed as a whole ({@link io.bascule.imagebuilder.output.OutputFormat}). The
 * same disk gives the same bytes, however many threads there are. {@code docs/formats} has a page for each.
 */
@NullMarked
package io.bascule.imagebuilder.output;

import org.jspecify.annotations.NullMarked;
