/** Engines on file disks, in processes of their own, with everything around them broken that the disk is not. */
@NullMarked
package io.bascule.scenarios.faults;

import org.jspecify.annotations.NullMarked;
