/**
 * The GUID partition table: UEFI Specification 2.10, section 5.3, with the partition types and attributes of the
 * Discoverable Partitions Specification. {@link io.bascule.partitionlayout.gpt.GptReader} turns a disk into a {@link
 * io.bascule.partitionlayout.gpt.GptTable}, {@link io.bascule.partitionlayout.gpt.GptWriter} puts one onto a disk. What
 * the format allows and we do not know (types, attribute bits) is kept by reading and writing back. The page about it is
 * {@code docs/formats/gpt.md}.
 */
@NullMarked
package io.bascule.partitionlayout.gpt;

import org.jspecify.annotations.NullMarked;
