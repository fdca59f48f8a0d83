/** The documents of NoCloud drives: cloud-config and netplan's network configuration. */
@NullMarked
package io.bascule.firstboot.cloud;

import org.jspecify.annotations.NullMarked;
