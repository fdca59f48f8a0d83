/**
 * The unified kernel image: systemd's EFI stub with kernel, initrd, command line and os-release as sections (UAPI.5). {@link
 * io.bascule.imagebuilder.uki.Uki} says what goes in, {@link io.bascule.imagebuilder.uki.UkiWriter} puts it together.
 */
@NullMarked
package io.bascule.imagebuilder.uki;

import org.jspecify.annotations.NullMarked;
