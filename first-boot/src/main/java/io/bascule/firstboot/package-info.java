/**
 * What a host is told at its first boot. {@link io.bascule.firstboot.source} finds it, a parser for each kind turns it into one
 * {@link io.bascule.firstboot.model.HostConfig}, and {@link io.bascule.firstboot.apply} applies that: all of it is read and
 * checked before the first byte is written.
 */
@NullMarked
package io.bascule.firstboot;

import org.jspecify.annotations.NullMarked;
