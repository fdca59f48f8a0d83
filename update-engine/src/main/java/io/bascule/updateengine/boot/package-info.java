/**
 * Which slot boots, as systemd-boot sees it: by the names of the UKIs on the ESP and nothing else. {@link
 * io.bascule.updateengine.boot.BootEntry} is such a name, {@link io.bascule.updateengine.boot.BootOrder} is systemd-boot's
 * choice among them, and {@link io.bascule.updateengine.boot.BootControl} plans which names to change, in which order, so
 * that a power cut between any two changes leaves a host that boots. Nothing here touches a disk. The page about it is
 * {@code docs/formats/boot-entries.md}.
 */
@NullMarked
package io.bascule.updateengine.boot;

import org.jspecify.annotations.NullMarked;
