@NullMarked
package io.bascule.qemuharness.faultdisk;

import org.jspecify.annotations.NullMarked;
