@NullMarked
package io.bascule.qemuharness.trace;

import org.jspecify.annotations.NullMarked;
