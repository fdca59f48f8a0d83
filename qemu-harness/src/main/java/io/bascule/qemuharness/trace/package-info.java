/**
 * What a disk was told to do, in order and with times: recorded while a machine or an engine used it, and explored later
 * for what a power cut could have left ({@link io.bascule.qemuharness.trace.DiskEvent}).
 */
@NullMarked
package io.bascule.qemuharness.trace;

import org.jspecify.annotations.NullMarked;
