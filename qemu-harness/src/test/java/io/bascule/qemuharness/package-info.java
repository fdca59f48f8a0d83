@NullMarked
package io.bascule.qemuharness;

import org.jspecify.annotations.NullMarked;
