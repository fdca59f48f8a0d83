/**
 * Disks for virtual machines, served over the NBD protocol on Unix sockets ({@link io.bascule.qemuharness.nbd.NbdServer}).
 */
@NullMarked
package io.bascule.qemuharness.nbd;

import org.jspecify.annotations.NullMarked;
