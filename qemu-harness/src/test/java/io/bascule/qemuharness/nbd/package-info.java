@NullMarked
package io.bascule.qemuharness.nbd;

import org.jspecify.annotations.NullMarked;
