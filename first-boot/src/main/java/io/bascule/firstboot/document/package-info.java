/** JSON and YAML as one tree of values that know where they stand, so that every complaint can name the place. */
@NullMarked
package io.bascule.firstboot.document;

import org.jspecify.annotations.NullMarked;
