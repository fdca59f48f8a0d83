/**
 * What is different between two images: {@link io.bascule.imagebuilder.diff.ImageDiff} finds it, and {@code DiffText},
 * {@code DiffJson} and {@code DiffPage} show it. Every name in it is made visible first ({@code VisibleText}).
 */
@NullMarked
package io.bascule.imagebuilder.diff;

import org.jspecify.annotations.NullMarked;
