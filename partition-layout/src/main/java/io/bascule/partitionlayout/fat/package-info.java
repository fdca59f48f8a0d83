/**
 * The FAT file system of the ESP: Microsoft's "FAT32 File System Specification" (FAT: General Overview of On-Disk Format,
 * 1.03), which the UEFI Specification takes over in section 13.3. {@link io.bascule.partitionlayout.fat.FatWriter} makes
 * FAT32 volumes, the same bytes from the same {@link io.bascule.partitionlayout.fat.FatTree} every time; {@link
 * io.bascule.partitionlayout.fat.FatReader} reads those and what other systems made, FAT16 too. The page about it is
 * {@code docs/formats/fat.md}.
 */
@NullMarked
package io.bascule.partitionlayout.fat;

import org.jspecify.annotations.NullMarked;
