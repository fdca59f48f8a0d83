/**
 * Whether a release comes out the same when it is built again in other surroundings: {@link
 * io.bascule.imagebuilder.reproduce.Surroundings} changes them, {@link io.bascule.imagebuilder.reproduce.ReleaseComparison}
 * compares, and {@link io.bascule.imagebuilder.reproduce.Owners} says which structure of which format a byte belongs to.
 */
@NullMarked
package io.bascule.imagebuilder.reproduce;

import org.jspecify.annotations.NullMarked;
