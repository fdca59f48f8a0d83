/**
 * The two slots of a disk as its partition table shows them, and the marks that say what is in them: label and PARTUUID.
 * {@link io.bascule.updateengine.slot.SlotTable} reads and changes a table in memory; nothing here touches a disk.
 */
@NullMarked
package io.bascule.updateengine.slot;

import org.jspecify.annotations.NullMarked;
