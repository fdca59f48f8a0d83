@NullMarked
package io.bascule.qemuharness.ssh;

import org.jspecify.annotations.NullMarked;
