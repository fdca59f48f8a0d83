/** What is to be done to a host, whatever document says so. */
@NullMarked
package io.bascule.firstboot.model;

import org.jspecify.annotations.NullMarked;
