/**
 * What every image and every initrd gets besides its packages: units, definitions, a few scripts. They are resources beside
 * {@code image.list} and {@code initrd.list}, which say where each goes.
 */
@NullMarked
package io.bascule.imagebuilder.skeleton;

import org.jspecify.annotations.NullMarked;
