/**
 * Where trees come from. A source produces a tar stream; {@link io.bascule.imagebuilder.source.TarReader} turns it into a
 * {@link io.bascule.imagebuilder.tree.FileTree}. {@link io.bascule.imagebuilder.source.Mmdebstrap} is the source for
 * Debian, with the mirror from {@link io.bascule.imagebuilder.source.AptMirrors}.
 */
@NullMarked
package io.bascule.imagebuilder.source;

import org.jspecify.annotations.NullMarked;
