/** The documents of OpenStack's config drives. */
@NullMarked
package io.bascule.firstboot.openstack;

import org.jspecify.annotations.NullMarked;
