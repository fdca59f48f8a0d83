/**
 * Virtual machines with real firmware, for tests and for trying images: {@link io.bascule.qemuharness.Vm#start} boots what a
 * {@link io.bascule.qemuharness.VmConfig} describes, {@link io.bascule.qemuharness.Vm#console} tells what it prints, and
 * {@link io.bascule.qemuharness.InteractiveVm} puts its console on the user's terminal.
 *
 * <p>Three promises hold everywhere: every wait has a limit and its failure shows the console; a QEMU that ends early
 * ends the waits at once; and no QEMU outlives the process that started it, however that process ends.
 */
@NullMarked
package io.bascule.qemuharness;

import org.jspecify.annotations.NullMarked;
